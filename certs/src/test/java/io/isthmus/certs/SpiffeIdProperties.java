package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SpiffeIdProperties {
  @Provide
  Arbitrary<String> ids() {
    Arbitrary<String> domains =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withCharRange('0', '9')
            .withChars(".-_")
            .ofMinLength(1)
            .ofMaxLength(255);
    Arbitrary<String> paths =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withCharRange('A', 'Z')
            .withCharRange('0', '9')
            .withChars(".-_")
            .ofMinLength(1)
            .ofMaxLength(40)
            .filter(segment -> !segment.equals(".") && !segment.equals(".."))
            .map(segment -> "/" + segment)
            .list()
            .ofMaxSize(12)
            .map(segments -> String.join("", segments));
    return Combinators.combine(domains, paths).as((d, p) -> "spiffe://" + d + p);
  }

  /** Text made of what parsers trip over, most of it no ID. */
  @Provide
  Arbitrary<String> almostIds() {
    Arbitrary<String> tokens =
        Arbitraries.of(
            "spiffe://",
            "spiffe:",
            "//",
            "/",
            ".",
            "..",
            "a",
            "B",
            "_",
            "-",
            "%41",
            ":",
            "@",
            "?",
            "#",
            "\0",
            "é",
            "west.demo",
            "/ns/shop/sa/web",
            " ",
            "\n",
            "[::1]",
            "Spiffe://");
    Arbitrary<String> body = tokens.list().ofMaxSize(8).map(parts -> String.join("", parts));
    return Arbitraries.oneOf(body, body.map(text -> "spiffe://west.demo" + text));
  }

  @Property(tries = 300)
  void everyIdIsReadBackAsItIsWritten(@ForAll("ids") String text) {
    SpiffeId id = SpiffeId.parse(text);
    assertThat(id.toString()).isEqualTo(text);
    assertThat(new SpiffeId(id.trustDomain(), id.path())).isEqualTo(id);
  }

  @Property
  void noTextThrowsAnythingButInvalidSpiffeId(@ForAll String text) {
    parses(text);
    parses("spiffe://" + text);
    parses("spiffe://west.demo/" + text);
  }

  @Property
  void noBytesThrowAnythingButInvalidSpiffeId(@ForAll byte[] bytes) {
    try {
      SpiffeId id = SpiffeId.parse(bytes);
      assertThat(id.toString().getBytes(StandardCharsets.US_ASCII)).isEqualTo(bytes);
    } catch (InvalidSpiffeIdException expected) {
      assertThat(expected).hasMessageContaining("is no SPIFFE ID: expected ");
    }
  }

  @Property
  void agreesWithTheReferenceLibrary(@ForAll("almostIds") String text) {
    assertThat(parses(text)).as(text).isEqualTo(referenceParses(text));
  }

  private static boolean parses(String text) {
    try {
      assertThat(SpiffeId.parse(text).toString()).isEqualTo(text);
      return true;
    } catch (InvalidSpiffeIdException e) {
      return false;
    }
  }

  private static boolean referenceParses(String text) {
    try {
      return io.spiffe.spiffeid.SpiffeId.parse(text).toString().equals(text);
    } catch (io.spiffe.exception.InvalidSpiffeIdException | IllegalArgumentException e) {
      return false;
    }
  }
}
