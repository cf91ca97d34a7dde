package io.isthmus.certs;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * How JSON about trust is read: bounded, no duplicate names at any depth (two parsers would take
 * two different ones), nothing after the end, and one exception for whatever is wrong.
 */
final class BundleJson {
  static final int MAX_BYTES = 1 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxDocumentLength(MAX_BYTES)
                  .build())
          .build();

  private BundleJson() {}

  /** Is given the parser at the first token, and has to leave it at the last. */
  interface Content<T> {
    T read(JsonParser json) throws BundleFormatException;
  }

  static <T> T read(String what, byte[] document, Content<T> content) throws BundleFormatException {
    if (document.length > MAX_BYTES) {
      throw new BundleFormatException(
          "%s has %d bytes: expected at most %d".formatted(what, document.length, MAX_BYTES));
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), document)) {
      json.nextToken();
      T value = content.read(json);
      if (json.nextToken() != null) {
        throw new BundleFormatException(what + " goes on after its end");
      }
      return value;
    } catch (JacksonException e) {
      throw new BundleFormatException(
          "%s is not valid JSON: %s".formatted(what, e.getOriginalMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new BundleFormatException(what + ": " + e.getMessage(), e);
    }
  }
}
