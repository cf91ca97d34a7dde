package io.isthmus.cli.capture;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.control.injection.CapturedTraffic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Our one table of nftables, in the network namespace of this process. */
final class CaptureTable {
  static final String NAME = "inet isthmus";

  private static final String RULES = "/META-INF/isthmus/capture.nft";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private CaptureTable() {}

  /** Whoever may not change rules may not see them either. */
  static void requireRoot() {
    Object user;
    try {
      user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the own user", e);
    }
    if (!user.equals(0)) {
      throw CommandException.unreachable(
          "cannot see or change the table " + NAME,
          "nftables needs root, this runs as user " + user,
          "sudo isthmus capture ...");
    }
  }

  static String rules() {
    try (InputStream in =
        Objects.requireNonNull(
            CaptureTable.class.getResourceAsStream(RULES), RULES + " is missing")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RULES, e);
    }
  }

  /** Whatever was there of it goes. */
  static void install(CapturedTraffic traffic, long user) {
    try {
      Path file = Files.createTempFile("isthmus-capture-", ".nft");
      try {
        Files.writeString(file, rules());
        succeed(traffic.command(user, file.toString()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the rules for nft", e);
    }
  }

  static boolean isInstalled() {
    return nft("list", "tables", "inet").lines().anyMatch(line -> line.equals("table " + NAME));
  }

  static String list() {
    return nft("list", "table", "inet", "isthmus");
  }

  static void remove() {
    nft("delete", "table", "inet", "isthmus");
  }

  private static String nft(String... arguments) {
    List<String> line = new ArrayList<>(List.of("nft"));
    line.addAll(List.of(arguments));
    return succeed(line);
  }

  private static String succeed(List<String> line) {
    Command.Result result;
    try {
      result = Command.attempt(LIMIT, line);
    } catch (ProcessFailure e) {
      throw CommandException.unreachable(
          "cannot run nft", String.valueOf(e.getMessage()), "install nftables (Debian: nftables)");
    }
    if (result.exit() != 0) {
      throw CommandException.refused(
          "nft refused the table " + NAME,
          result.output().strip(),
          "see that this kernel has nf_tables with nat, and that nothing else forbids it");
    }
    return result.output();
  }
}
