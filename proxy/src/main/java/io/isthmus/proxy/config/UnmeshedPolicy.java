package io.isthmus.proxy.config;

/** Whether a destination without a proxy may be reached in plain text. */
public enum UnmeshedPolicy {
  REFUSE,
  ALLOW
}
