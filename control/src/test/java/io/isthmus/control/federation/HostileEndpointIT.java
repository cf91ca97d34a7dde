package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What endpoints do on bad days. Whatever it is, the last good bundle stays. */
@Timeout(60)
final class HostileEndpointIT extends EndpointScenarios {
  private static final int TWO_MEGABYTES = 2 << 20;

  @Test
  void redirectIsARefusalThatNamesItsTargetAndTheTargetIsNotAsked() throws InterruptedException {
    takeTheThird();
    try (TestEndpoint elsewhere = new TestEndpoint(PEER.svid(SERVER, Duration.ofHours(1)))) {
      elsewhere.serves(bundle(PEER, 9));
      endpoint.answers(
          "HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0");
      assertKept(FetchFailure.REDIRECTED, "302", elsewhere.url());
      assertThat(elsewhere.connections()).isZero();
    }
  }

  @Test
  void stallBeforeTheHandshakeEndsInTime() throws Exception {
    takeTheThird();
    following = following(Duration.ofSeconds(1));
    try (ServerSocket silent = new ServerSocket(0)) {
      FederatedDomain there = at("https://127.0.0.1:" + silent.getLocalPort());
      assertFailed(following.look(there), FetchFailure.TIMED_OUT, "no complete answer within 1s");
    }
  }

  @Test
  void stallBeforeTheAnswerEndsInTime() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(1));
    endpoint.does((in, _) -> TestEndpoint.waitForItsEnd(in));
    assertKept(FetchFailure.TIMED_OUT, "no complete answer within 1s");
  }

  @Test
  void stallInTheMiddleOfTheAnswerEndsInTime() throws InterruptedException {
    takeTheThird();
    following = following(Duration.ofSeconds(1));
    endpoint.does((in, out) -> {
      TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":");
      TestEndpoint.waitForItsEnd(in);
    });
    assertKept(FetchFailure.TIMED_OUT, "no complete answer within 1s");
  }

  @Test
  void answerThatIsCutOffIsNoAnswer() throws InterruptedException {
    takeTheThird();
    endpoint.does((_, out) ->
        TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":"));
    assertKept(FetchFailure.UNREACHABLE, "no answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html; charset=utf-8", "application/json"})
  void htmlIsNamedAsSuchWhateverItsType(String type) throws InterruptedException {
    takeTheThird();
    endpoint.serves(type, "\n<!doctype html><title>Sign in</title>");
    assertKept(FetchFailure.HTML_PAGE, "expected JSON");
  }

  @Test
  void twoMegabytesAreRefusedByTheirLength() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", " ".repeat(TWO_MEGABYTES));
    assertKept(FetchFailure.TOO_LARGE, "2097152 bytes", "at most 1048576");
  }

  @Test
  void bytesWithoutEndAreReadNoFurtherThanAllowed() throws InterruptedException {
    takeTheThird();
    endpoint.does((_, out) -> {
      TestEndpoint.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (true) { // until the client has gone
        TestEndpoint.write(out, "1000\r\n" + " ".repeat(0x1000) + "\r\n");
      }
    });
    assertKept(FetchFailure.TOO_LARGE, "at most 1048576");
  }

  @Test
  void redirectThatIsAnotherEachTimeIsSaidInTheSameWords() throws InterruptedException {
    takeTheThird();
    endpoint.answers("HTTP/1.1 302 Found\r\nLocation: https://login.test/in?state=1#a");
    Look first = look();
    endpoint.answers("HTTP/1.1 302 Found\r\nLocation: https://login.test/in?state=2#b");
    assertThat(look()).isEqualTo(first);
    assertFailed(first, FetchFailure.REDIRECTED, "https://login.test/in:");
  }

  @Test
  void sequenceThatGoesBackIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.serves(bundle(PEER, 2));
    assertKept(FetchFailure.SEQUENCE_REGRESSED, "sequence 2", "at least 3");
  }

  @Test
  void sameSequenceWithOtherContentIsRefused() throws InterruptedException {
    takeTheThird();
    endpoint.serves(bundle(IMPOSTOR, 3));
    assertKept(FetchFailure.SEQUENCE_CONFLICT, "sequence 3", bundle(PEER, 3).digest());
  }

  @Test
  void validDocumentWithoutKeysMeansToTrustNobody() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", "{\"keys\":[],\"spiffe_sequence\":4}");
    look();
    assertThat(api.bundle(PEER.trustDomain()).orElseThrow().anchors()).isEmpty();
    assertFailed(look(), FetchFailure.IDENTITY_REFUSED, "has no anchors");
  }

  @Test
  void brokenDocumentAfterAGoodOneChangesNothing() throws InterruptedException {
    takeTheThird();
    endpoint.serves("application/json", "{\"keys\":[");
    assertKept(FetchFailure.UNPARSEABLE, "not valid JSON");
  }

  @Test
  void refusedConnectionChangesNothingAndIsOverWhenTheEndpointIsBack() throws InterruptedException {
    takeTheThird();
    endpoint.goAway();
    assertKept(FetchFailure.UNREACHABLE, "no connection: refused");
    endpoint.comeBack();
    endpoint.serves(bundle(PEER, 4));
    assertTaken(bundle(PEER, 4));
  }

  @Test
  void hostWithoutAnAddressIsNamedAsSuch() throws InterruptedException {
    takeTheThird();
    assertFailed(
        following.look(at("https://nowhere.invalid/")),
        FetchFailure.UNREACHABLE,
        "the host has no address");
  }

  @Test
  void errorStatusChangesNothing() throws InterruptedException {
    takeTheThird();
    endpoint.answers("HTTP/1.1 500 Oops\r\nContent-Length: 0");
    assertKept(FetchFailure.UNEXPECTED_STATUS, "500", "expected 200");
  }

  @Test
  void plainHttpIsNoTls() throws InterruptedException {
    takeTheThird();
    try (ServerSocket plain = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> answerInPlainText(plain));
      FederatedDomain there = at("https://127.0.0.1:" + plain.getLocalPort());
      assertFailed(following.look(there), FetchFailure.UNREACHABLE, "no TLS");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void answerInPlainText(ServerSocket plain) {
    try (var socket = plain.accept()) {
      TestEndpoint.write(socket.getOutputStream(), "HTTP/1.1 400 Bad Request\r\n\r\n");
      TestEndpoint.waitForItsEnd(socket.getInputStream());
    } catch (IOException e) {
      // the client has gone
    }
  }
}
