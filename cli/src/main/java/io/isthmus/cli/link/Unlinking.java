package io.isthmus.cli.link;

import io.isthmus.cli.CommandException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Undoes a link, at both ends or at the only one that can be reached. */
final class Unlinking {
  private final List<LinkRemoval> reachable;
  private final Optional<LeftBehind> leftBehind;

  private Unlinking(List<LinkRemoval> reachable, Optional<LeftBehind> leftBehind) {
    this.reachable = reachable;
    this.leftBehind = leftBehind;
  }

  /** What stays at the other end, and why. */
  private record LeftBehind(LinkEnd.Silent end, String cluster, List<String> objects) {}

  static Unlinking ofBoth(String namespace, LinkEnd one, LinkEnd other) {
    return new Unlinking(
        List.of(
            new LinkRemoval(namespace, one, other.cluster()),
            new LinkRemoval(namespace, other, one.cluster())),
        Optional.empty());
  }

  /** {@code peer} is the name of the cluster that does not answer. */
  static Unlinking ofOne(String namespace, LinkEnd here, LinkEnd.Silent silent, String peer) {
    List<String> there =
        LinkRemoval.objects(namespace, here.cluster()).stream().map(Linking::name).toList();
    return new Unlinking(
        List.of(new LinkRemoval(namespace, here, peer)),
        Optional.of(new LeftBehind(silent, peer, there)));
  }

  /** One line for each object that goes, then those that cannot be removed now. */
  List<String> plan() {
    return Stream.concat(
            reachable.stream()
                .flatMap(end ->
                    end.objects().stream()
                        .map(object -> end.here().cluster() + ": " + Linking.name(object))),
            leftBehind.stream()
                .flatMap(left ->
                    left.objects().stream()
                        .map(object ->
                            "%s: %s (stays: its API server cannot be reached)"
                                .formatted(left.cluster(), object))))
        .toList();
  }

  /** What goes as YAML documents, as {@code kubectl delete -f -} takes them. */
  String yaml() {
    StringBuilder yaml = new StringBuilder();
    reachable.forEach(end -> yaml.append(end.here().yaml(end.objects())));
    return yaml.toString();
  }

  /** Removes the Links first, and the credentials once the Links' own cleaning up is over. */
  void run(Duration atMost) {
    reachable.forEach(LinkRemoval::begin);
    reachable.forEach(end -> end.awaitLinkGone(atMost));
    reachable.forEach(LinkRemoval::finish);
  }

  /** What to tell when one end was left as it is; {@code again} is the command that removes it. */
  Optional<CommandException> remainder(String again) {
    return leftBehind.map(left ->
        CommandException.unreachable(
            "unlinked only %s: %s"
                .formatted(reachable.getFirst().here().cluster(), left.end().what()),
            "%s; not removed in %s: %s, and the Services that are mirrored there"
                .formatted(left.end().why(), left.cluster(), String.join(", ", left.objects())),
            "once it answers: " + again));
  }
}
