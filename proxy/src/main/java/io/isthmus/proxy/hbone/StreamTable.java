package io.isthmus.proxy.hbone;

import io.netty.util.collection.IntObjectHashMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection and the ids that were used.
 *
 * <p>Invariants: ids only grow; an id is open (in the map), idle (above the highest used), or
 * closed. Of the closed ones the last {@link #REMEMBERED} are known by the way they closed: frames
 * that the peer sent before it saw our RST_STREAM are no error, frames after its own END_STREAM
 * are.
 */
final class StreamTable {

  /**
   * How a stream that is no longer in the map ended; IMPLICIT is one that was skipped or is old.
   */
  enum Closed {
    RESET_HERE,
    RESET_BY_PEER,
    ENDED,
    IMPLICIT
  }

  static final int REMEMBERED = 256;
  private static final Closed[] CLOSED = Closed.values();

  private final Role role;
  private final IntObjectHashMap<HboneStream> open = new IntObjectHashMap<>();
  private final int[] closedIds = new int[REMEMBERED];
  private final byte[] closedHow = new byte[REMEMBERED];
  private int closedNext;
  private int nextId;
  private int highestRemoteId;

  StreamTable(Role role, int firstId) {
    this.role = role;
    this.nextId = firstId;
  }

  int size() {
    return open.size();
  }

  @Nullable HboneStream get(int id) {
    return open.get(id);
  }

  /** A copy, since callbacks open and close streams. */
  HboneStream[] snapshot() {
    HboneStream[] streams = open.values().toArray(new HboneStream[0]);
    Arrays.sort(streams, (a, b) -> Integer.compare(a.id(), b.id()));
    return streams;
  }

  /** Whether ids are left: they end at 2^31-1 and are never used twice. */
  boolean hasIds() {
    return nextId > 0;
  }

  int takeId() {
    int id = nextId;
    nextId += 2;
    return id;
  }

  int highestRemoteId() {
    return highestRemoteId;
  }

  /** Whether the peer may open streams with this parity of ids. */
  boolean isRemote(int id) {
    return switch (role) {
      case SERVER -> (id & 1) == 1;
      case CLIENT -> (id & 1) == 0;
    };
  }

  boolean isIdle(int id) {
    return isRemote(id) ? id > highestRemoteId : nextId > 0 && id >= nextId;
  }

  void remoteOpened(int id) {
    highestRemoteId = id;
  }

  void put(HboneStream stream) {
    open.put(stream.id(), stream);
  }

  void remove(HboneStream stream, Closed how) {
    open.remove(stream.id());
    remember(stream.id(), how);
  }

  void remember(int id, Closed how) {
    closedIds[closedNext] = id;
    closedHow[closedNext] = (byte) how.ordinal();
    closedNext = (closedNext + 1) % REMEMBERED;
  }

  Closed closed(int id) {
    for (int i = 0; i < REMEMBERED; i++) {
      if (closedIds[i] == id) {
        return CLOSED[closedHow[i]];
      }
    }
    return Closed.IMPLICIT;
  }
}
