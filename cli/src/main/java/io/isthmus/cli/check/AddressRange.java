package io.isthmus.cli.check;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/** Addresses from one to another, of one family, as MetalLB writes them: a CIDR, or two with -. */
record AddressRange(String text, int bits, BigInteger first, BigInteger last) {

  static Optional<AddressRange> parse(String text) {
    try {
      int dash = text.indexOf('-');
      int slash = text.indexOf('/');
      if (dash > 0) {
        byte[] first = bytes(text.substring(0, dash));
        byte[] last = bytes(text.substring(dash + 1));
        return first.length == last.length
            ? Optional.of(
                new AddressRange(
                    text, first.length * 8, new BigInteger(1, first), new BigInteger(1, last)))
            : Optional.empty();
      }
      byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
      int bits = address.length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1).strip());
      if (prefix < 0 || prefix > bits) {
        return Optional.empty();
      }
      BigInteger size = BigInteger.ONE.shiftLeft(bits - prefix);
      BigInteger first = new BigInteger(1, address).divide(size).multiply(size);
      return Optional.of(
          new AddressRange(text, bits, first, first.add(size).subtract(BigInteger.ONE)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(String literal) {
    return InetAddress.ofLiteral(literal.strip()).getAddress();
  }

  boolean overlaps(AddressRange other) {
    return bits == other.bits
        && first.compareTo(other.last) <= 0
        && other.first.compareTo(last) <= 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
