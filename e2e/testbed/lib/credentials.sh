# Who is who in a cluster: its authority, certificates, tokens, and a kubeconfig for each of its programs.

issue() { # NAME SUBJECT USAGE [SUBJECT-ALT-NAMES]
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf 'extendedKeyUsage=%s\n%s' "$3" "${4:+subjectAltName=$4}") 2>/dev/null
}

write_kubeconfig() { # FILE CREDENTIALS
  cat >"$1" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: $NAME, cluster: {server: "https://$API_IP:6443", certificate-authority-data: $(base64 -w0 "$state/pki/ca.crt")}}]
users: [{name: $NAME, user: $2}]
contexts: [{name: $NAME, context: {cluster: $NAME, user: $NAME}}]
current-context: $NAME
YAML
}

# $etc is /etc/kubernetes on the node
make_credentials() {
  local etc=$state/fs/etc/kubernetes who user groups token service
  mkdir -p "$state/pki" "$etc"
  (
    cd "$state/pki"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout ca.key -out ca.crt -subj "/CN=$NAME-ca" 2>/dev/null
    service=kubernetes.default.svc
    issue apiserver /CN=kube-apiserver serverAuth \
      "DNS:kubernetes,DNS:kubernetes.default,DNS:$service,DNS:$service.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$API_SERVICE,IP:$NODE_IP,IP:$PUBLIC_IP"
    issue kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
    issue kubelet "/O=system:nodes/CN=system:node:$NAME" serverAuth "DNS:$NAME,IP:$NODE_IP"
    openssl genrsa -out sa.key 2048 2>/dev/null
    openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
    cp ./* "$etc"
  )
  : >"$state/tokens.csv"
  while read -r who user groups; do
    token=$(openssl rand -hex 16)
    echo "$token,$user,$who${groups:+,$groups}" >>"$state/tokens.csv"
    write_kubeconfig "$etc/$who.kubeconfig" "{token: $token}"
  done <<WHO
admin admin system:masters
kubelet system:node:$NAME system:nodes
kcm system:kube-controller-manager
scheduler system:kube-scheduler
proxy system:kube-proxy
WHO
  mv "$etc/admin.kubeconfig" "$state/admin.kubeconfig"
}

# A node that joins has a certificate of its own from the cluster's authority, and the cluster's token of kube-proxy.
join_credentials() {
  local etc=$state/fs/etc/kubernetes
  mkdir -p "$state/pki" "$etc"
  cp "$joined_state"/pki/ca.{crt,key} "$state/pki"
  (cd "$state/pki" && issue kubelet "/O=system:nodes/CN=system:node:$NAME" serverAuth,clientAuth "DNS:$NAME,IP:$NODE_IP")
  cp "$state"/pki/{ca.crt,kubelet.crt,kubelet.key} "$joined_state/fs/etc/kubernetes/proxy.kubeconfig" "$etc"
  write_kubeconfig "$etc/kubelet.kubeconfig" "{client-certificate: /etc/kubernetes/kubelet.crt, client-key: /etc/kubernetes/kubelet.key}"
  cp "$joined_state/admin.kubeconfig" "$state"
}
