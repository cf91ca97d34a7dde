package io.isthmus.proxy.xds;

/** Hears of the life of the xDS client, on its event loop; for metrics. */
public interface XdsObserver {

  /** The first answer of a new stream has come. */
  void onConnected();

  void onDisconnected(String reason);

  /** A response was refused. */
  void onRejected(String typeUrl, String reason);

  /** For who does not want to know. */
  XdsObserver NONE =
      new XdsObserver() {
        @Override
        public void onConnected() {}

        @Override
        public void onDisconnected(String reason) {}

        @Override
        public void onRejected(String typeUrl, String reason) {}
      };
}
