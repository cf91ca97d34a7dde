package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The steps, in order. */
public final class Story {
  private static final List<Step> ANSWERED =
      List.of(
          new LinkClusters(),
          new ExportServices(),
          new MirrorsAppear(),
          new CallAcross(),
          new TrueCaller());
  private static final List<Step> REFUSED = List.of(new CallUnexported(), new StrangerCalls());

  private Story() {}

  /** A step that held, and how long it took. */
  public record Chapter(Told told, Duration took) {}

  /**
   * Runs the steps until one fails.
   *
   * @param listener told of each step as soon as it holds
   * @throws ClusterException when a step fails; names it
   */
  public static List<Chapter> run(DemoMesh mesh, Consumer<Chapter> listener) {
    List<Chapter> chapters = new ArrayList<>(untilAnswered(mesh, listener));
    chapters.addAll(run(REFUSED, mesh, listener));
    return chapters;
  }

  /** The steps up to a call that is answered, in which no process is started again. */
  public static List<Chapter> untilAnswered(DemoMesh mesh, Consumer<Chapter> listener) {
    return run(ANSWERED, mesh, listener);
  }

  private static List<Chapter> run(List<Step> steps, DemoMesh mesh, Consumer<Chapter> listener) {
    List<Chapter> chapters = new ArrayList<>();
    for (Step step : steps) {
      long start = System.nanoTime();
      try {
        Told told = step.run(mesh);
        Chapter chapter = new Chapter(told, Duration.ofNanos(System.nanoTime() - start));
        chapters.add(chapter);
        listener.accept(chapter);
      } catch (RuntimeException e) {
        throw new ClusterException("failed to %s: %s".formatted(step.aim(), e.getMessage()), e);
      }
    }
    return chapters;
  }
}
