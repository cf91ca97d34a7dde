package io.isthmus.proxy.tls;

import io.isthmus.certs.Svid;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * The one place where TLS parameters are chosen. Groups are pinned because BoringSSL would offer
 * X25519MLKEM768 first, at 40 % more CPU a handshake; session caches are off because a resumed TLS
 * 1.3 session skips the trust manager.
 */
final class SslContextFactory {
  private static final String[] GROUPS = {"X25519", "P-256"};

  /**
   * Netty puts the key into a key store in memory, and reads it from there. The default type, PKCS
   * #12, would encrypt it first by 10 000 rounds of HMAC, at each renewal and at the start.
   */
  private static final String KEY_STORE = "JKS";

  private SslContextFactory() {}

  static SslContext client(Svid svid, SvidTrustManager trust) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .keyManager(svid.privateKey(), chain(svid))
            .endpointIdentificationAlgorithm(""); // identity is a SPIFFE ID, never a host name
    return build(builder, svid, trust);
  }

  static SslContext server(Svid svid, SvidTrustManager trust) {
    return build(
        SslContextBuilder.forServer(svid.privateKey(), chain(svid)).clientAuth(ClientAuth.REQUIRE),
        svid,
        trust);
  }

  /**
   * An engine without host and port: neither SNI nor a key for a session cache. Netty lets each one
   * give session tickets for TLS 1.3, whatever the context says (netty/netty#10997). A client that
   * comes back with one is refused, as nobody verified it: it must not be invited to.
   */
  static SSLEngine engine(SslContext context, ByteBufAllocator allocator) {
    SSLEngine engine = context.newEngine(allocator);
    SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    return engine;
  }

  private static SslContext build(SslContextBuilder builder, Svid svid, SvidTrustManager trust) {
    try {
      SslContext context =
          builder
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .keyStoreType(KEY_STORE)
              .protocols(SslProtocols.TLS_v1_3)
              .option(OpenSslContextOption.GROUPS, GROUPS)
              .trustManager(trust)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      ApplicationProtocolNames.HTTP_2))
              .build();
      ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
      return context;
    } catch (SSLException e) {
      throw new IllegalArgumentException("no TLS context can be made of " + svid, e);
    }
  }

  private static X509Certificate[] chain(Svid svid) {
    return svid.chain().toArray(X509Certificate[]::new);
  }
}
