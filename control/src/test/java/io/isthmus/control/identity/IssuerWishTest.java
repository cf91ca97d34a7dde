package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import istio.v1.auth.IstioCertificateServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IssuerWishTest {
  private final List<Status> refused = new ArrayList<>();
  private final List<IssuerWish> wishes = new ArrayList<>();

  private final class Call extends ServerCall<IstioCertificateRequest, IstioCertificateResponse> {
    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(IstioCertificateResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      refused.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<IstioCertificateRequest, IstioCertificateResponse>
        getMethodDescriptor() {
      return IstioCertificateServiceGrpc.getCreateCertificateMethod();
    }
  }

  private void call(String... wish) {
    Metadata headers = new Metadata();
    for (String each : wish) {
      headers.put(Metadata.Key.of("isthmus-issuer", Metadata.ASCII_STRING_MARSHALLER), each);
    }
    new IssuerWish.Reader()
        .interceptCall(
            new Call(),
            headers,
            (_, _) -> {
              wishes.add(IssuerWish.KEY.get());
              return new ServerCall.Listener<>() {};
            });
  }

  @Test
  void withoutAHeaderItIsTheIssuerInUse() {
    call();
    assertThat(wishes).containsExactly(IssuerWish.ACTIVE);
  }

  @Test
  void headerAsksForTheNextOne() {
    call("next");
    assertThat(wishes).containsExactly(IssuerWish.NEXT);
  }

  @Test
  void wishThatIsNotKnownIsTakenForNoOther() {
    call("NEXT");
    call("active");
    assertThat(wishes).isEmpty();
    assertThat(refused)
        .hasSize(2)
        .allSatisfy(status -> {
          assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
          assertThat(status.getDescription()).startsWith("isthmus-issuer: '");
        });
  }
}
