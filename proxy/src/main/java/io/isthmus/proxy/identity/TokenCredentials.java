package io.isthmus.proxy.identity;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** The bearer token of a file, read again at every call, and sent over verified TLS only. */
final class TokenCredentials extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Path file;

  TokenCredentials(Path file) {
    this.file = file;
  }

  @Override
  public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
    if (info.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY) {
      applier.fail(Status.INTERNAL.withDescription("a token is sent over verified TLS only"));
      return;
    }
    try {
      String token = Files.readString(file).strip();
      if (token.isEmpty()) {
        applier.fail(unusable("is empty"));
        return;
      }
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + token);
      applier.apply(headers);
    } catch (IOException e) {
      applier.fail(unusable("cannot be read (" + e + ")"));
    }
  }

  private Status unusable(String how) {
    return Status.UNAUTHENTICATED.withDescription(
        "token-file %s %s: expected a service-account token of audience isthmus"
            .formatted(file, how));
  }
}
