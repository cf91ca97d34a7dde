# The programs of a cluster, started on its node; their logs are in $state/log.

# start PROGRAM COMMAND...
start() {
  local program=$1
  shift
  detached_on_node setsid bash -c '"${@:3}" >>"$1" 2>&1 </dev/null & echo $! >"$2"' _ "$state/log/$program.log" "$state/run/$program.pid" "$@"
}

# kills a program that start began; its number is one of the node's own
stop() {
  local pid
  [ -s "$state/run/$1.pid" ] || die "cluster '$NAME' has no program '$1': expected one of $(cd "$state/run" && echo *.pid | sed 's/\.pid//g')"
  pid=$(cat "$state/run/$1.pid")
  on_node kill -9 "$pid"
  await 10 "$1 has ended" on_node test ! -e "/proc/$pid"
  rm "$state/run/$1.pid"
}

containerd_of_debian() { # 1.6: works with kubelet 1.37, no longer with 1.38
  ctr=/usr/bin/ctr
  import=(/usr/bin/ctr -n k8s.io images import)
  containerd=(env PATH=/usr/sbin:/usr/bin:/sbin:/bin /usr/bin/containerd) # its shim, not the one in $bin
  cat <<'TOML'
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.local/pause:3.10"
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "/usr/sbin/runc"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
TOML
}

containerd_v2() {
  ctr=$bin/ctr
  import=("$bin/ctr" -n k8s.io images import --local)
  containerd=("$bin/containerd")
  cat <<'TOML'
version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "registry.local/pause:3.10"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = "/usr/sbin/runc"
      SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/opt/cni/bin"]
    conf_dir = "/etc/cni/net.d"
TOML
}

start_containerd() {
  local config=$state/fs/etc/kubernetes/containerd.toml
  case ${CONTAINERD:-debian} in
    debian) containerd_of_debian >"$config" ;;
    v2) containerd_v2 >"$config" ;;
  esac
  mkdir -p "$state/fs/opt/cni/bin" "$state/fs/etc/cni/net.d"
  cp -l "$cache"/cni/* "$state/fs/opt/cni/bin/" 2>/dev/null || cp "$cache"/cni/* "$state/fs/opt/cni/bin/"
  start containerd "${containerd[@]}" --config /etc/kubernetes/containerd.toml
}

# The node is Ready once this is there: with the range of Pod addresses that the cluster has given it.
configure_cni() {
  await 60 "it has a range of Pod addresses (see $state/log/kubelet.log)" pod_range
  cat >"$state/fs/etc/cni/net.d/10-testbed.conflist" <<JSON
{"cniVersion": "1.0.0", "name": "testbed", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$(pod_range)"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "backend": "nftables", "capabilities": {"portMappings": true}}]}
JSON
}
pod_range() { kc get node "$NAME" -o jsonpath='{.spec.podCIDR}' | grep .; }

import_images() {
  local image
  await 20 "containerd answers (see $state/log/containerd.log)" on_node "$ctr" version
  for image in "$cache"/images/*.tar ${IMAGES:-}; do
    on_node "${import[@]}" "$image" >>"$state/log/import.log" 2>&1 ||
      { tail -n 3 "$state/log/import.log" >&2; die "cannot import the image $image: expected a docker or OCI archive"; }
  done
}

start_api() {
  start_etcd
  start_apiserver
}

start_etcd() {
  start etcd etcd --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380
}

save_etcd() {
  stop etcd
  rm -rf "$state/etcd.saved"
  cp -a "$state/etcd" "$state/etcd.saved"
  start_etcd
  await 60 "the API server is ready (see $state/log/apiserver.log)" kc get --raw /readyz
}

# As from a backup: revisions are given again that were given before.
restore_etcd() {
  [ -d "$state/etcd.saved" ] || die "nothing was saved of cluster '$NAME': expected program.sh $NAME save etcd before"
  stop apiserver
  stop etcd
  rm -rf "$state/etcd"
  cp -a "$state/etcd.saved" "$state/etcd"
  start_api
  await 60 "the API server is ready (see $state/log/apiserver.log)" kc get --raw /readyz
}

start_apiserver() {
  local etc=/etc/kubernetes issuer=https://kubernetes.default.svc.cluster.local
  # shellcheck disable=SC2086  # APISERVER_ARGS are words
  start apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 --secure-port=6443 --bind-address=0.0.0.0 --advertise-address="$NODE_IP" \
    --cert-dir="$state/run" --tls-cert-file=$etc/apiserver.crt --tls-private-key-file=$etc/apiserver.key --client-ca-file=$etc/ca.crt \
    --service-account-key-file=$etc/sa.pub --service-account-signing-key-file=$etc/sa.key \
    --service-account-issuer=$issuer --api-audiences=$issuer \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --token-auth-file="$state/tokens.csv" \
    --service-cluster-ip-range=$SERVICE_RANGE --allow-privileged=true \
    --kubelet-client-certificate=$etc/kubelet-client.crt --kubelet-client-key=$etc/kubelet-client.key \
    --kubelet-certificate-authority=$etc/ca.crt --kubelet-preferred-address-types=InternalIP ${APISERVER_ARGS:-}
}

start_kubelet() {
  local etc=/etc/kubernetes on_machine=$state/fs/etc/kubernetes
  echo "# no upstream resolver" >"$on_machine/resolv.conf"
  cat >"$on_machine/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $etc/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $etc/kubelet.crt
tlsPrivateKeyFile: $etc/kubelet.key
clusterDomain: cluster.local
clusterDNS: [$DNS_SERVICE]
resolvConf: $etc/resolv.conf
# neither may be set without CAP_SYS_RESOURCE
oomScoreAdj: 0
maxOpenFiles: 20000
evictionHard: {memory.available: 50Mi, nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
shutdownGracePeriod: 0s
YAML
  cat >"$on_machine/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ${PROXY_MODE:-nftables}
clusterCIDR: $POD_RANGE
hostnameOverride: $NAME
clientConnection: {kubeconfig: $etc/proxy.kubeconfig}
oomScoreAdj: 0
# these sysctls are the machine's, not a network namespace's: 0 leaves them alone
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
  start kubelet kubelet --config $etc/kubelet.yaml --kubeconfig $etc/kubelet.kubeconfig --hostname-override="$NAME" --node-ip="$NODE_IP" --v=2
  start proxy kube-proxy --config $etc/proxy.yaml
}

start_controllers() {
  local etc=/etc/kubernetes
  start kcm kube-controller-manager --kubeconfig $etc/kcm.kubeconfig --use-service-account-credentials=true --leader-elect=false --bind-address=127.0.0.1 \
    --service-account-private-key-file=$etc/sa.key --root-ca-file=$etc/ca.crt --cluster-signing-cert-file=$etc/ca.crt --cluster-signing-key-file=$etc/ca.key \
    --allocate-node-cidrs=true --cluster-cidr=$POD_RANGE --service-cluster-ip-range=$SERVICE_RANGE
  start scheduler kube-scheduler --kubeconfig $etc/scheduler.kubeconfig --leader-elect=false --bind-address=127.0.0.1
}
