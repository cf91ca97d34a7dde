package io.isthmus.cli.link;

import io.isthmus.cli.VerbGroup;
import io.isthmus.cli.check.LinkCheck;
import picocli.CommandLine.Command;

/** {@code isthmus link}. */
@Command(
    name = "link",
    description = "Make two clusters each other's peers.",
    subcommands = {LinkCheck.class, LinkCreate.class, LinkDelete.class, LinkList.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
public final class LinkCommand extends VerbGroup {}
