#!/usr/bin/env bash
# peer-certificates.sh DIRECTORY: root, issuer and two leaves (P-256) for the peer of the benchmark
set -euo pipefail
cd "$1"
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
key root; key issuer
openssl req -x509 -new -key root.key -days 30 -subj /CN=root -out root.pem \
  -addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign
openssl req -new -key issuer.key -subj /CN=issuer -out issuer.csr
openssl x509 -req -in issuer.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out issuer.pem \
  -extfile <(printf 'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign') 2>/dev/null
for leaf in caller destination; do
  key $leaf
  openssl req -new -key $leaf.key -subj /CN=$leaf -out $leaf.csr
  openssl x509 -req -in $leaf.csr -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 30 -out $leaf.crt \
    -extfile <(printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s.perf' $leaf) 2>/dev/null
  cat $leaf.crt issuer.pem $leaf.key > $leaf.pem
done
openssl pkcs8 -topk8 -nocrypt -in caller.key -out caller.p8
cat caller.crt issuer.pem > caller-chain.pem
