#!/usr/bin/env bash
# api-certificates.sh DIRECTORY PUBLIC_IP: CA, serving certificate, service-account key, an administrator's token and kubeconfig
set -euo pipefail
cd "$1"
# an hour old, as a site's certificates are: clocks that are minutes behind take them
cat > ca.cnf <<X
[ca]
default_ca = site
[site]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
[names]
commonName = supplied
X
: > index.txt
sign() { # FILE EXTENSIONS [OPTION...]
  openssl ca -batch -notext -config ca.cnf -rand_serial -startdate "$(date -u -d '1 hour ago' +%Y%m%d%H%M%SZ)" -days 30 \
    -in "$1.csr" -out "$1.crt" -extfile <(printf '%s\n' "$2") "${@:3}" 2>/dev/null
}
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.csr -subj /CN=api-ca 2>/dev/null
sign ca basicConstraints=critical,CA:TRUE -selfsign -keyfile ca.key
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout apiserver.key -out apiserver.csr -subj /CN=kube-apiserver 2>/dev/null
sign apiserver "extendedKeyUsage=serverAuth
subjectAltName=DNS:kubernetes,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1,IP:$2" -cert ca.crt -keyfile ca.key
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
token=$(openssl rand -hex 16)
echo "$token,admin,1,system:masters" > tokens.csv
cat > admin.kubeconfig <<X
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://$2:6443", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: u, user: {token: $token}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
X
