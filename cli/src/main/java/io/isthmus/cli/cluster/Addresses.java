package io.isthmus.cli.cluster;

/**
 * The addresses of one cluster's processes, all on this machine: each process has one of its own,
 * so that each binds the ports it would bind in a pod.
 *
 * @param prefix the first three numbers: {@code 127.1.0}
 */
public record Addresses(String prefix) {
  public static final int FIRST_POD = 10;

  public Addresses {
    if (!prefix.matches("\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")) {
      throw new IllegalArgumentException(
          "address prefix \"" + prefix + "\": expected three numbers, like 127.1.0");
    }
  }

  public String api() {
    return prefix + ".1";
  }

  public String gateway() {
    return prefix + ".2";
  }

  public String control() {
    return prefix + ".3";
  }

  public String mirrorController() {
    return prefix + ".4";
  }

  /** Of the pod with this index, counted from 0. */
  public String pod(int index) {
    return prefix + "." + (FIRST_POD + index);
  }
}
