package io.isthmus.proxy.identity;

import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;

/** The one method of {@code istio.v1.auth.IstioCertificateService}. */
final class CertificateService {
  static final MethodDescriptor<IstioCertificateRequest, IstioCertificateResponse> CREATE =
      MethodDescriptor.<IstioCertificateRequest, IstioCertificateResponse>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(
              MethodDescriptor.generateFullMethodName(
                  "istio.v1.auth.IstioCertificateService", "CreateCertificate"))
          .setRequestMarshaller(
              ProtoLiteUtils.marshaller(IstioCertificateRequest.getDefaultInstance()))
          .setResponseMarshaller(
              ProtoLiteUtils.marshaller(IstioCertificateResponse.getDefaultInstance()))
          .build();

  private CertificateService() {}
}
