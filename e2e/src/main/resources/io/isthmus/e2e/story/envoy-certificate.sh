#!/usr/bin/env bash
# envoy-certificate.sh DIRECTORY SPIFFE_ID: a leaf for Envoy, signed by the cluster's issuer (issuer.pem, issuer.key in DIRECTORY)
set -euo pipefail
cd "$1"
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj / 2>/dev/null
openssl x509 -req -in leaf.csr -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 1 -out leaf.pem \
  -extfile <(printf 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=critical,URI:%s' "$2") 2>/dev/null
cat leaf.pem issuer.pem > chain.pem
