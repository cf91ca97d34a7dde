package io.isthmus.certs;

import java.util.Arrays;

/**
 * Steps over DER elements of one level; as much of DER as extensions need. Throws {@link
 * IllegalArgumentException} for anything that is not plain DER with definite, minimal lengths.
 */
final class DerReader {
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private int position;

  DerReader(byte[] bytes) {
    this.bytes = bytes;
  }

  record Element(int tag, byte[] content) {}

  boolean hasMore() {
    return position < bytes.length;
  }

  Element next() {
    int tag = octet();
    int length = length();
    if (length > bytes.length - position) {
      throw new IllegalArgumentException("DER element of " + length + " bytes is cut short");
    }
    byte[] content = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return new Element(tag, content);
  }

  /** The only element, of this tag. */
  byte[] only(int tag) {
    Element element = next();
    if (element.tag() != tag || hasMore()) {
      throw new IllegalArgumentException(
          "DER tag 0x%02x where one 0x%02x was expected".formatted(element.tag(), tag));
    }
    return element.content();
  }

  private int length() {
    int first = octet();
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count < 1 || count > 3) {
      throw new IllegalArgumentException("DER length of " + count + " bytes");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | octet();
    }
    if (length < 0x80 || length < 1 << (8 * (count - 1))) {
      throw new IllegalArgumentException("DER length that is not minimal");
    }
    return length;
  }

  private int octet() {
    if (position >= bytes.length) {
      throw new IllegalArgumentException("DER ends too early");
    }
    return bytes[position++] & 0xff;
  }
}
