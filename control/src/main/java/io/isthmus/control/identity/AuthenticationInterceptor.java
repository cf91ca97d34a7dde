package io.isthmus.control.identity;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call in when its identity is proved: by the client certificate, verified again at each
 * call so that neither a resumed session nor a long-lived connection outlives it, or by a token.
 * With both, they have to agree.
 */
public final class AuthenticationInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";
  private static final Logger LOG = LoggerFactory.getLogger(AuthenticationInterceptor.class);

  private final TokenAuthenticator tokens;
  private final Supplier<PeerVerifier> verifier;
  private final TrustDomain own;

  public AuthenticationInterceptor(
      TokenAuthenticator tokens, Supplier<PeerVerifier> verifier, TrustDomain own) {
    this.tokens = tokens;
    this.verifier = verifier;
    this.own = own;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    try {
      Caller caller = authenticate(call, headers);
      return Contexts.interceptCall(
          Context.current().withValue(Caller.KEY, caller), call, headers, next);
    } catch (StatusException e) {
      LOG.atInfo()
          .addKeyValue("method", call.getMethodDescriptor().getFullMethodName())
          .addKeyValue("peer", call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
          .addKeyValue("reason", e.getStatus().getDescription())
          .log("call refused");
      call.close(e.getStatus(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private Caller authenticate(ServerCall<?, ?> call, Metadata headers) throws StatusException {
    Optional<SpiffeId> certified =
        certified(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    String authorization = headers.get(AUTHORIZATION);
    if (authorization == null) {
      return certified
          .map(id -> new Caller(id, Caller.Proof.CERTIFICATE))
          .orElseThrow(() ->
              Status.UNAUTHENTICATED
                  .withDescription(
                      "no identity: expected a client certificate of "
                          + own
                          + ", or 'authorization: Bearer <token for audience "
                          + tokens.audience()
                          + ">'")
                  .asException());
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw Status.UNAUTHENTICATED
          .withDescription(
              "authorization: expected 'Bearer <token for audience " + tokens.audience() + ">'")
          .asException();
    }
    SpiffeId id =
        tokens.authenticate(authorization.substring(BEARER.length()).strip(), address(call));
    if (certified.isPresent() && !certified.get().equals(id)) {
      throw Status.PERMISSION_DENIED
          .withDescription(
              "the token is of %s, the client certificate of %s".formatted(id, certified.get()))
          .asException();
    }
    return new Caller(id, Caller.Proof.TOKEN);
  }

  private static String address(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress()
        : "an unknown address";
  }

  private Optional<SpiffeId> certified(@org.jspecify.annotations.Nullable SSLSession session)
      throws StatusException {
    if (session == null) {
      return Optional.empty();
    }
    try {
      List<X509Certificate> chain =
          Arrays.stream(session.getPeerCertificates()).map(X509Certificate.class::cast).toList();
      return Optional.of(verifier.get().verifyClient(chain, ExpectedPeer.AnyOf.of(own)).id());
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // no client certificate, which is allowed
    } catch (PeerRejectedException e) {
      throw Status.UNAUTHENTICATED
          .withDescription("client certificate: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }
}
