# The internet between the clusters, and a cluster's own network namespace.

# Held while what all clusters share is looked at or changed.
lock_shared() { mkdir -p "$cache/state"; exec 9>"$cache/state/.lock"; flock 9; }
unlock_shared() { exec 9>&-; }
# one up or down of a cluster at a time
lock_cluster() { mkdir -p "$cache/state"; exec 8>"$cache/state/.lock-$NAME"; flock 8; }

# west and east are 1 and 2; any other cluster takes the least number that is free. Call with the shared lock held.
choose_index() {
  local taken each
  case $NAME in west) echo 1; return ;; east) echo 2; return ;; esac
  taken=" $(cat "$cache"/state/*/index 2>/dev/null | tr '\n' ' ')"
  for each in $(seq 3 99); do
    [[ $taken == *" $each "* ]] || { echo "$each"; return; }
  done
  die "no index is free for cluster '$NAME': 3 to 99 are in use by $(clusters)"
}

# A router that forwards to public addresses and nowhere else. Call with the shared lock held.
make_internet() {
  [ ! -e "/run/netns/$internet" ] || return 0
  ip netns add "$internet"
  within "$internet" ip link set lo up
  within "$internet" sysctl -qw net.ipv4.ip_forward=1
  within "$internet" nft -f - <<'NFT'
table inet fw {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip daddr 203.0.113.0/24 accept comment "public addresses"
  }
}
NFT
}

# A network namespace with one link, to a namespace that routes
make_linked() { # DEVICE ROUTER
  ip netns add "$netns"
  within "$netns" ip link set lo up
  within "$netns" sysctl -qw net.ipv4.ip_forward=1
  ip link add "$1" netns "$netns" type veth peer name "$link" netns "$2"
  within "$netns" ip addr add "$NODE_IP/30" dev "$1"
  within "$netns" ip link set "$1" up
  within "$2" ip addr add "$ROUTER_IP/30" dev "$link"
  within "$2" ip link set "$link" up
  within "$netns" ip route add default via "$ROUTER_IP"
}

# The node's network: one link to the router, and the public address that LoadBalancer Services get
make_network() {
  make_linked wan0 "$internet"
  within "$netns" ip addr add "$PUBLIC_IP/32" dev lo
  within "$internet" ip route add "$PUBLIC_IP/32" via "$NODE_IP"
  # From outside comes in what kube-proxy forwards and nothing else: not the kubelet, not etcd, and the API server on request.
  local api=
  [ -z "${PUBLISH_API:-}" ] || api="iifname wan0 ip daddr $PUBLIC_IP tcp dport 6443 accept"
  within "$netns" nft -f - <<NFT
table ip source {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname wan0 ip saddr $POD_RANGE masquerade
  }
}
table inet edge {
  chain input {
    type filter hook input priority -10; policy accept;
    iifname wan0 ct state established,related accept
    $api
    iifname wan0 meta l4proto { tcp, udp } drop
  }
}
NFT
}

# A node that joins hangs on the cluster's first one, which is its way to everything.
join_network() { make_linked lan0 "$joined_netns"; }
route_joined() { within "$joined_netns" ip route add "$(pod_range)" via "$NODE_IP"; }

# What a kernel that starts anew does not have: rules of kube-proxy and of Pods, and their bridge.
forget_network_of_pods() {
  local family table
  within "$netns" nft list tables | while read -r _ family table; do
    case "$family $table" in "inet edge" | "ip source") continue ;; esac # the network's own
    within "$netns" nft delete table "$family" "$table"
  done
  within "$netns" ip link del cni0 2>/dev/null || true # no Pod was there
}

# The internet goes with its last cluster. Call with the shared lock held.
remove_network() {
  [ ! -e "/run/netns/$netns" ] || ip netns del "$netns"
  [ -e "/run/netns/$internet" ] || return 0
  within "$internet" ip link del "$link" 2>/dev/null || true # went with its other end
  [ -n "$(within "$internet" ip -br link | grep '^to-')" ] || ip netns del "$internet"
}
