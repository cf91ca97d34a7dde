package io.isthmus.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
  enum Unknown {
    REFUSE,
    PASS_THROUGH
  }

  static final Setting<String> NAMESPACE = Setting.text("namespace", "of the pod").required();
  static final Setting<Duration> DRAIN =
      Setting.duration("drain-period", "grace for open streams")
          .withDefault(Duration.ofSeconds(30));
  static final Setting<Long> BUDGET =
      Setting.bytes("memory-budget", "for windows and buffers").withDefault(64L << 20);
  static final Setting<InetSocketAddress> ADMIN =
      Setting.address("admin-address", "where admin pages are served")
          .must("on loopback", a -> a.getAddress().isLoopbackAddress())
          .withDefault(new InetSocketAddress("127.0.0.1", 15000));
  static final Setting<Optional<InetSocketAddress>> EXPLICIT =
      Setting.address("explicit-address", "SOCKS5 and HTTP CONNECT").optional();
  static final Setting<Optional<InetSocketAddress>> CONTROL =
      Setting.hostAndPort("control-address", "the control plane").optional();
  static final Setting<Optional<InetAddress>> POD_IP =
      Setting.ip("pod-ip", "address of the pod").optional();
  static final Setting<Optional<Path>> BUNDLE =
      Setting.path("control-bundle", "anchors").optional();
  static final Setting<Integer> THREADS = Setting.integer("threads", "event loops").withDefault(2);
  static final Setting<Unknown> UNKNOWN =
      Setting.oneOf("unknown-destinations", "what to do with them", Unknown.class)
          .withDefault(Unknown.REFUSE);
  static final List<Setting<?>> ALL =
      List.of(NAMESPACE, DRAIN, BUDGET, ADMIN, EXPLICIT, CONTROL, POD_IP, BUNDLE, THREADS, UNKNOWN);

  static Settings read(String... args) throws InvalidSettingsException {
    return SettingsReader.of(ALL).read(args);
  }

  static List<String> problems(String... args) {
    InvalidSettingsException e =
        catchThrowableOfType(InvalidSettingsException.class, () -> read(args));
    assertThat(e).as("problems").isNotNull();
    return e.problems();
  }

  @Test
  void readsEveryTypeAndFillsInDefaults() throws Exception {
    Settings values =
        read(
            "--namespace=shop",
            "--drain-period=500ms",
            "--explicit-address=[::1]:15080",
            "--control-address=control.isthmus-system:15012",
            "--pod-ip=fd00::1",
            "--control-bundle=/etc/bundle.json",
            "--unknown-destinations=pass-through");
    assertThat(values.get(NAMESPACE)).isEqualTo("shop");
    assertThat(values.get(DRAIN)).isEqualTo(Duration.ofMillis(500));
    assertThat(values.get(BUDGET)).isEqualTo(67_108_864);
    assertThat(values.get(ADMIN)).isEqualTo(new InetSocketAddress("127.0.0.1", 15000));
    assertThat(values.get(EXPLICIT)).contains(new InetSocketAddress("::1", 15080));
    assertThat(values.get(CONTROL))
        .contains(InetSocketAddress.createUnresolved("control.isthmus-system", 15012));
    assertThat(values.get(POD_IP)).contains(InetAddress.ofLiteral("fd00::1"));
    assertThat(values.get(BUNDLE)).contains(Path.of("/etc/bundle.json"));
    assertThat(values.get(THREADS)).isEqualTo(2);
    assertThat(values.get(UNKNOWN)).isEqualTo(Unknown.PASS_THROUGH);
  }

  @Test
  void anOptionalSettingThatIsNotGivenIsEmpty() throws Exception {
    assertThat(read("--namespace=shop").get(EXPLICIT)).isEmpty();
  }

  @Test
  void listsEveryProblemInOneMessage() {
    assertThatThrownBy(() -> read("--drain-period=30", "--threads=many", "stray"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            """
            4 problems in the settings:
              "stray": expected --key=value
              drain-period=30: expected a duration such as 500ms, 30s, 5m or 24h (grace for open streams)
              threads=many: expected a whole number such as 4 (event loops)
              namespace is missing: expected --namespace=<text that is not empty> (of the pod)\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "drain-period,30,a duration such as",
    "drain-period,30 s,a duration such as",
    "drain-period,-5s,a duration such as",
    "drain-period,1.5h,a duration such as",
    "drain-period,9999999999s,a duration such as",
    "memory-budget,64M,a number of bytes such as",
    "memory-budget,64MB,a number of bytes such as",
    "memory-budget,-1,a number of bytes such as",
    "memory-budget,999999999999Gi,a number of bytes such as",
    "threads,4.0,a whole number such as",
    "threads,99999999999,a whole number such as",
    "namespace,'',text that is not empty",
    "explicit-address,15080,an IP address and a port such as",
    "explicit-address,:15080,an IP address and a port such as",
    "explicit-address,localhost:15080,an IP address and a port such as",
    "explicit-address,127.0.0.1:65536,an IP address and a port such as",
    "explicit-address,127.0.0.1:-1,an IP address and a port such as",
    "explicit-address,127.0.0.1:+1,an IP address and a port such as",
    "explicit-address,127.1:80,an IP address and a port such as",
    "explicit-address,256.0.0.1:80,an IP address and a port such as",
    "explicit-address,::1:15080,an IP address and a port such as",
    "explicit-address,[127.0.0.1]:80,an IP address and a port such as",
    "control-address,control,a host and a port such as",
    "control-address,-control:15012,a host and a port such as",
    "control-address,con trol:15012,a host and a port such as",
    "control-address,http://control:15012,a host and a port such as",
    "control-address,control:15012/x,a host and a port such as",
    "pod-ip,10.0.0,an IP address such as",
    "pod-ip,pod,an IP address such as",
    "pod-ip,[::1],an IP address such as",
    "control-bundle,'',the path of a file such as",
    "unknown-destinations,drop,'one of refuse, pass-through'",
    "admin-address,0.0.0.0:15000,on loopback",
  })
  void namesTheBadValueAndWhatWasExpected(String key, String value, String expected) {
    assertThat(problems("--" + key + "=" + value))
        .anySatisfy(
            problem -> assertThat(problem).startsWith(key + "=" + value + ": ").contains(expected));
  }

  @Test
  void anUnknownKeySuggestsTheNearest() {
    assertThat(problems("--namespace=shop", "--drain-perid=5s"))
        .containsExactly("drain-perid is not a setting: did you mean drain-period?");
  }

  @Test
  void anUnknownKeyFarFromEveryOtherPointsToHelp() {
    assertThat(problems("--namespace=shop", "--q=1"))
        .containsExactly("q is not a setting: --help lists them");
  }

  @Test
  void aKeyGivenTwiceIsAProblem() {
    assertThat(problems("--namespace=a", "--namespace=b"))
        .containsExactly("namespace is given twice, as a and b: expected once");
  }

  @Test
  void anArgumentWinsOverTheFile(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("s.properties"), "namespace=shop\nthreads=8\n");
    Settings values = read("--settings=" + file, "--threads=3");
    assertThat(values.get(NAMESPACE)).isEqualTo("shop");
    assertThat(values.get(THREADS)).isEqualTo(3);
  }

  @Test
  void problemsInTheFileAreListedToo(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("s.properties"), "namespace=shop\nthread=8\n");
    assertThat(problems("--settings=" + file))
        .containsExactly("thread is not a setting: did you mean threads?");
  }

  @Test
  void aFileThatIsNotThereIsAProblem() {
    assertThat(problems("--namespace=a", "--settings=/nowhere/s.properties"))
        .containsExactly(
            "settings=/nowhere/s.properties: no such file; expected a properties file");
  }

  @Test
  void aFileThatIsNoPropertiesFileIsAProblem(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("s.properties"), "namespace=\\u12\n");
    assertThat(problems("--namespace=a", "--settings=" + file))
        .singleElement()
        .asString()
        .contains("expected a properties file");
  }

  @Test
  void twoDeclarationsOfOneKeyAreRefused() {
    assertThatThrownBy(() -> SettingsReader.of(List.of(NAMESPACE, NAMESPACE)))
        .hasMessage("setting namespace is declared twice");
  }

  @Test
  void aSettingOutsideTheListCannotBeRead() throws Exception {
    Settings values = read("--namespace=shop");
    assertThatThrownBy(() -> values.get(CommonSettings.CLUSTER))
        .hasMessage("setting cluster is not in this process's list of settings");
  }

  @Test
  void helpAndProblemsArePrintedWhereTheyBelong() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    SettingsReader reader = SettingsReader.of(ALL);
    assertThat(
            reader.read(
                "sidecar",
                new String[] {"--help"},
                new PrintStream(out, true),
                new PrintStream(err, true)))
        .isEmpty();
    assertThat(out.toString()).contains("--drain-period").contains("default 30s");
    assertThat(err.toString()).isEmpty();

    assertThat(reader.read("sidecar", new String[0], System.out, new PrintStream(err, true)))
        .isEmpty();
    assertThat(err.toString()).startsWith("sidecar: 1 problem in the settings:");
  }

  @Test
  void whatIsOnUnlessOffTakesAValueOrOffAndNothingElse() throws Exception {
    Setting<Optional<InetSocketAddress>> bundle =
        Setting.address("bundle-address", "the own bundle")
            .withDefaultUnlessOff(new InetSocketAddress("0.0.0.0", 8443));
    SettingsReader reader = SettingsReader.of(List.of(bundle));

    assertThat(reader.read(new String[0]).get(bundle))
        .contains(new InetSocketAddress("0.0.0.0", 8443));
    assertThat(reader.read(new String[] {"--bundle-address=127.0.0.1:1"}).get(bundle))
        .contains(new InetSocketAddress("127.0.0.1", 1));
    assertThat(reader.read(new String[] {"--bundle-address=off"}).get(bundle)).isEmpty();
    assertThat(
            catchThrowableOfType(
                InvalidSettingsException.class,
                () -> reader.read(new String[] {"--bundle-address=Off"})))
        .hasMessageContainingAll("bundle-address", "Off", "or off");
  }
}
