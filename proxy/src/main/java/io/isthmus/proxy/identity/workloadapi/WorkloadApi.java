package io.isthmus.proxy.identity.workloadapi;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import org.spiffe.workloadapi.X509SVIDRequest;
import org.spiffe.workloadapi.X509SVIDResponse;

/** The one method that is called, and the header without which no agent answers. */
final class WorkloadApi {
  static final String SERVICE = "SpiffeWorkloadAPI";

  static final MethodDescriptor<X509SVIDRequest, X509SVIDResponse> FETCH_X509_SVID =
      MethodDescriptor.<X509SVIDRequest, X509SVIDResponse>newBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "FetchX509SVID"))
          .setRequestMarshaller(ProtoLiteUtils.marshaller(X509SVIDRequest.getDefaultInstance()))
          .setResponseMarshaller(ProtoLiteUtils.marshaller(X509SVIDResponse.getDefaultInstance()))
          .build();

  /** {@code true}: shows that whoever calls means it, and was not made to by a URL. */
  static final Metadata.Key<String> SECURITY_HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private WorkloadApi() {}
}
