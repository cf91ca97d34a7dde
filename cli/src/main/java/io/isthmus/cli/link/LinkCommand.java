package io.isthmus.cli.link;

import io.isthmus.cli.VerbGroup;
import picocli.CommandLine.Command;

/** {@code isthmus link}. */
@Command(
    name = "link",
    description = "Make two clusters each other's peers.",
    subcommands = {LinkCreate.class, LinkDelete.class, LinkList.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
public final class LinkCommand extends VerbGroup {}
