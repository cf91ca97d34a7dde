package io.isthmus.proxy.hbone;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what happened on a connection. */
final class RecordingConnection implements ConnectionListener {

  final List<String> events = new ArrayList<>();
  int peerMaxConcurrentStreams = -1;
  int active;
  @Nullable ConnectionEnd end;

  @Override
  public void onSettings(int max) {
    peerMaxConcurrentStreams = max;
  }

  @Override
  public void onGoAway(ErrorCode code, int lastStreamId) {
    events.add("goaway " + code + " " + lastStreamId);
  }

  @Override
  public void onActiveStreamsChanged(int count) {
    active = count;
  }

  @Override
  public void onClosed(ConnectionEnd newEnd) {
    if (end != null) {
      throw new AssertionError("closed twice: " + end + ", " + newEnd);
    }
    end = newEnd;
  }
}
