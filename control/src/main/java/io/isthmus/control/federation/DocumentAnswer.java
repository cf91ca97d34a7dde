package io.isthmus.control.federation;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Locale;
import java.util.Objects;

/** Takes the body of a good answer, up to a size, and none of any other. */
final class DocumentAnswer {
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_ERROR = 400;

  private DocumentAnswer() {}

  /**
   * Asks, and waits for the whole answer.
   *
   * @param limit in bytes, of the body
   */
  static byte[] read(HttpURLConnection connection, int limit)
      throws IOException, FetchFailedException {
    refuseAnyButGood(connection, limit);
    try (InputStream body = connection.getInputStream()) {
      byte[] bytes = body.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw tooLarge("too many bytes", limit);
      }
      return bytes;
    }
  }

  private static void refuseAnyButGood(HttpURLConnection connection, int limit)
      throws IOException, FetchFailedException {
    int status = connection.getResponseCode();
    if (status < 0) {
      throw new FetchFailedException(
          FetchFailure.UNEXPECTED_STATUS, "answers with something else than HTTP: expected 200");
    }
    if (status >= FIRST_REDIRECT && status < FIRST_ERROR) {
      // A login page's query is another one each time, and what is said has to stay the same.
      String target = header(connection, "location", "nowhere").split("[?#]", 2)[0];
      throw new FetchFailedException(
          FetchFailure.REDIRECTED,
          "answers %d to %s: expected 200".formatted(status, FetchFailedException.shown(target)));
    }
    if (status != HttpURLConnection.HTTP_OK) {
      throw new FetchFailedException(
          FetchFailure.UNEXPECTED_STATUS, "answers %d: expected 200".formatted(status));
    }
    String type = header(connection, "content-type", "");
    if (type.toLowerCase(Locale.ROOT).startsWith("text/html")) {
      throw new FetchFailedException(
          FetchFailure.HTML_PAGE,
          "answers with content of type %s: expected JSON"
              .formatted(FetchFailedException.shown(type)));
    }
    long length = connection.getContentLengthLong();
    if (length > limit) {
      throw tooLarge(length + " bytes", limit);
    }
  }

  private static String header(HttpURLConnection connection, String name, String otherwise) {
    return Objects.requireNonNullElse(connection.getHeaderField(name), otherwise);
  }

  private static FetchFailedException tooLarge(String size, int limit) {
    return new FetchFailedException(
        FetchFailure.TOO_LARGE, "answers with %s: expected at most %d".formatted(size, limit));
  }
}
