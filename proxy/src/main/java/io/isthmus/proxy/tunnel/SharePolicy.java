package io.isthmus.proxy.tunnel;

/**
 * How streams are shared out over connections of one key.
 *
 * @param streams most on one connection
 * @param spreadAbove with this many on the least loaded connection a further one is opened ahead,
 *     up to {@code spreadTo}
 */
record SharePolicy(int streams, int spreadAbove, int spreadTo) {
  /** As ztunnel: a hundred, then another connection. */
  static final SharePolicy CONNECTIONS = new SharePolicy(100, 100, 1);

  /** The gateway balances sessions, not streams: several, or all load would stick to one pod. */
  static final SharePolicy SESSIONS = new SharePolicy(100, 4, 4);
}
