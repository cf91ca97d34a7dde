package io.isthmus.proxy.accesslog;

/** Takes finished connections. Never blocks. */
public interface AccessLog {
  void log(AccessLogEntry entry);

  /** Writes nothing. */
  static AccessLog off() {
    return entry -> {};
  }
}
