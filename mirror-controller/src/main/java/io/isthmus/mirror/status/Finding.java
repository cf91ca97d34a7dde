package io.isthmus.mirror.status;

import io.isthmus.api.Condition;

/** One condition's content, before it is known since when it holds. */
public record Finding(String type, String status, String reason, String message) {

  public static Finding yes(String type, String reason, String message) {
    return new Finding(type, Condition.TRUE, reason, message);
  }

  public static Finding no(String type, String reason, String message) {
    return new Finding(type, Condition.FALSE, reason, message);
  }

  public static Finding unknown(String type, String reason, String message) {
    return new Finding(type, Condition.UNKNOWN, reason, message);
  }
}
