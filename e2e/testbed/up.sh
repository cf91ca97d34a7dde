#!/usr/bin/env bash
# up.sh NAME [IDX]   one whole Kubernetes cluster (1 node) in network namespace NAME
#   west = 1, east = 2, any other name needs an IDX (3..99).  Needs root.  PROXY_MODE=nftables|iptables
set -euo pipefail
NAME=$1; [ $# -gt 1 ] && IDX=$2; . "$(dirname "$0")/lib.sh"; : "${IDX:?give an index}"
PROXY_MODE=${PROXY_MODE:-nftables}
T0=$(date +%s.%N); say() { printf '[%6.2fs] %s: %s\n' "$(echo "$(date +%s.%N) - $T0" | bc)" "$NAME" "$*"; }
command -v bc >/dev/null || say() { printf '[%6.2fs] %s: %s\n' "$(awk -v a="$(date +%s.%N)" -v b="$T0" 'BEGIN{print a-b}')" "$NAME" "$*"; }
[ -e "$S" ] && { echo "$S exists: run down.sh $NAME first" >&2; exit 1; }
mkdir -p "$S"/{log,run,pki,fs/etc/kubernetes,fs/etc/cni/net.d,fs/opt/cni}; echo "$IDX" > "$S/idx"

# ---------- network: the 'internet' and this cluster's namespace
ns() { nsenter --net="/run/netns/$1" "${@:2}"; }
exec 9>"$W/state/.lock"; flock 9          # two up.sh may run at once; the internet namespace is shared
if [ ! -e /run/netns/$INET ]; then
  ip netns add $INET; ns $INET ip link set lo up; ns $INET sysctl -qw net.ipv4.ip_forward=1
  ns $INET nft -f - <<'NFT'
table inet fw { chain forward { type filter hook forward priority 0; policy drop;
  ct state established,related accept
  ip daddr 203.0.113.0/24 accept comment "only the public (LoadBalancer) addresses are reachable"
  }
}
NFT
fi
ip netns add "$NAME"; touch "$S/netns.mine"
ns "$NAME" ip link set lo up
ns $INET ip link del "to-$NAME" 2>/dev/null || true
ip link add wan0 netns "$NAME" type veth peer name "to-$NAME" netns $INET
ns "$NAME" ip addr add "$NODE_IP/30" dev wan0; ns "$NAME" ip link set wan0 up
ns $INET ip addr add "$INET_IP/30" dev "to-$NAME"; ns $INET ip link set "to-$NAME" up
ns "$NAME" ip route add default via "$INET_IP"
ns "$NAME" ip addr add "$LB_IP/32" dev lo
ns $INET ip route add "$LB_IP/32" via "$NODE_IP"
ns "$NAME" sysctl -qw net.ipv4.ip_forward=1
# from the internet only what kube-proxy forwards (LoadBalancer, NodePort) gets in: not the API server, kubelet, etcd, ...
ns "$NAME" nft -f - <<'NFT'
table inet edge {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname "wan0" ct state established,related accept
    iifname "wan0" meta l4proto { tcp, udp } drop
  }
}
NFT

exec 9>&-

# ---------- cgroup: one directory per v1 controller; the kubelet's cgroupRoot
for c in $CGCTL; do
  d=/sys/fs/cgroup/$c/$CG; mkdir -p "$d"
  if [ $c = cpuset ]; then cat /sys/fs/cgroup/cpuset/cpuset.cpus > $d/cpuset.cpus; cat /sys/fs/cgroup/cpuset/cpuset.mems > $d/cpuset.mems; fi
done

# ---------- the node: private mount + pid + uts namespaces
setsid nsenter --net="/run/netns/$NAME" unshare --mount --pid --uts --fork --kill-child --mount-proc --propagation private \
  bash "$H/node-init.sh" "$S" "$W" "$NAME" >"$S/log/init.log" 2>&1 </dev/null &
echo $! > "$S/holder.pid"
for i in $(seq 100); do [ -e "$S/run/init.ready" ] && break; sleep 0.05; done
[ -e "$S/run/init.ready" ] || { cat "$S/log/init.log"; exit 1; }
pgrep -P "$(cat "$S/holder.pid")" > "$S/init.pid"
say "namespaces ready"

# ---------- certificates, tokens, kubeconfigs
cd "$S/pki"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout ca.key -out ca.crt -subj "/CN=$NAME-ca" 2>/dev/null
cert() { # name subject san usage
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf 'extendedKeyUsage=%s\n%s' "$4" "${3:+subjectAltName=$3}") 2>/dev/null; }
cert apiserver "/CN=kube-apiserver" "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1,IP:$NODE_IP,IP:$LB_IP" serverAuth
cert kubelet-client "/O=system:masters/CN=kube-apiserver-kubelet-client" "" clientAuth
cert kubelet "/O=system:nodes/CN=system:node:$NAME" "DNS:$NAME,IP:$NODE_IP" serverAuth
openssl genrsa -out sa.key 2048 2>/dev/null; openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
cd "$S"
rnd() { openssl rand -hex 16; }
TA=$(rnd) TN=$(rnd) TC=$(rnd) TS=$(rnd) TP=$(rnd)
cat > tokens.csv <<X
$TA,admin,1,system:masters
$TN,system:node:$NAME,2,system:nodes
$TC,system:kube-controller-manager,3
$TS,system:kube-scheduler,4
$TP,system:kube-proxy,5
X
kubeconfig() { cat > "$1" <<X
apiVersion: v1
kind: Config
clusters: [{name: $NAME, cluster: {server: "https://$NODE_IP:6443", certificate-authority-data: $(base64 -w0 pki/ca.crt)}}]
users: [{name: u, user: {token: $2}}]
contexts: [{name: $NAME, context: {cluster: $NAME, user: u}}]
current-context: $NAME
X
}
kubeconfig admin.kubeconfig $TA; K=$S/fs/etc/kubernetes
kubeconfig $K/kubelet.kubeconfig $TN; kubeconfig $K/kcm.kubeconfig $TC; kubeconfig $K/scheduler.kubeconfig $TS; kubeconfig $K/proxy.kubeconfig $TP
cp pki/* $K/; echo "# no upstream resolver" > $K/resolv.conf

# ---------- containerd + CNI + etcd + kube-apiserver
mkdir -p fs/opt/cni/bin; cp -l "$W"/cni/* fs/opt/cni/bin/ 2>/dev/null || cp "$W"/cni/* fs/opt/cni/bin/
cat > fs/etc/cni/net.d/10-kn.conflist <<X
{"cniVersion": "1.0.0", "name": "kn", "plugins": [
 {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipMasqBackend": "nftables", "hairpinMode": true,
  "ipam": {"type": "host-local", "ranges": [[{"subnet": "$NODE_POD_CIDR"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
 {"type": "portmap", "backend": "nftables", "capabilities": {"portMappings": true}}]}
X
if [ "${CONTAINERD:-debian}" = debian ]; then CTR=/usr/bin/ctr CTRD=/usr/bin/containerd LOCAL= SHIMPATH=/usr/sbin:/usr/bin:/sbin:/bin    # Debian's 1.6.20: works with kubelet 1.37, no longer with 1.38
cat > $K/containerd.toml <<X
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
X
else CTR=$W/bin/ctr CTRD=$W/bin/containerd LOCAL=--local SHIMPATH=
cat > $K/containerd.toml <<X
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
X
fi
daemon containerd ${SHIMPATH:+env PATH="$SHIMPATH"} "$CTRD" --config /etc/kubernetes/containerd.toml
mkdir -p etcd
daemon etcd etcd --data-dir "$S/etcd" --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --unsafe-no-fsync --log-level warn
E=/etc/kubernetes
daemon apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 --secure-port=6443 --bind-address=0.0.0.0 --advertise-address=$NODE_IP \
  --cert-dir="$S/run" --tls-cert-file=$E/apiserver.crt --tls-private-key-file=$E/apiserver.key --client-ca-file=$E/ca.crt \
  --service-account-key-file=$E/sa.pub --service-account-signing-key-file=$E/sa.key --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --api-audiences=https://kubernetes.default.svc.cluster.local,isthmus \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --token-auth-file="$S/tokens.csv" \
  --service-cluster-ip-range=$SVC_CIDR --allow-privileged=true \
  --kubelet-client-certificate=$E/kubelet-client.crt --kubelet-client-key=$E/kubelet-client.key --kubelet-certificate-authority=$E/ca.crt \
  --kubelet-preferred-address-types=InternalIP ${APISERVER_ARGS:-}
for i in $(seq 100); do node test -S /run/containerd/containerd.sock && node "$CTR" version >/dev/null 2>&1 && break; sleep 0.1; done
say "containerd up"
[ -e "$W/images/pause.tar" ] || "$H/images.py"
for t in "$W"/images/*.tar ${IMAGES:-}; do node "$CTR" -n k8s.io images import $LOCAL "$t" >>"$S/log/import.log" 2>&1; done
say "images imported"
for i in $(seq 300); do kc get --raw /readyz >/dev/null 2>&1 && break; sleep 0.2; done
kc get --raw /readyz >/dev/null; say "API server ready"

# ---------- kubelet, controllers, scheduler, proxy
cat > $K/kubelet.yaml <<X
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
cgroupRoot: /$CG
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $E/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $E/kubelet.crt
tlsPrivateKeyFile: $E/kubelet.key
clusterDomain: cluster.local
clusterDNS: [10.96.0.10]
resolvConf: $E/resolv.conf
oomScoreAdj: 0
maxOpenFiles: 20000
evictionHard: {memory.available: 50Mi, nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
shutdownGracePeriod: 0s
X
cat > $K/proxy.yaml <<X
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: $PROXY_MODE
clusterCIDR: $POD_CIDR
hostnameOverride: $NAME
clientConnection: {kubeconfig: $E/proxy.kubeconfig}
oomScoreAdj: 0
# these sysctls belong to the machine, not to a network namespace: 0 = leave alone
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
X
daemon kubelet kubelet --config $E/kubelet.yaml --kubeconfig $E/kubelet.kubeconfig --hostname-override=$NAME --node-ip=$NODE_IP --v=2
daemon kcm kube-controller-manager --kubeconfig $E/kcm.kubeconfig --use-service-account-credentials=true --leader-elect=false --bind-address=127.0.0.1 \
  --service-account-private-key-file=$E/sa.key --root-ca-file=$E/ca.crt --cluster-signing-cert-file=$E/ca.crt --cluster-signing-key-file=$E/ca.key \
  --allocate-node-cidrs=true --cluster-cidr=$POD_CIDR --service-cluster-ip-range=$SVC_CIDR
daemon scheduler kube-scheduler --kubeconfig $E/scheduler.kubeconfig --leader-elect=false --bind-address=127.0.0.1
daemon proxy kube-proxy --config $E/proxy.yaml
kc apply -f "$H/manifests/coredns.yaml" >"$S/log/coredns-apply.log" 2>&1 || { cat "$S/log/coredns-apply.log"; exit 1; }
for i in $(seq 600); do [ "$(kc get node "$NAME" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ] && break; sleep 0.2; done
[ "$(kc get node "$NAME" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}')" = True ]; say "node Ready"
kc -n kube-system rollout status deploy/coredns --timeout=120s >/dev/null; say "CoreDNS available (cluster up)"
