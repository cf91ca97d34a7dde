package io.isthmus.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tunnel.PeerShares.Refused;
import io.isthmus.proxy.tunnel.PeerShares.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class PeerSharesTest {
  private static final SpiffeId GREEDY = SpiffeId.parse("spiffe://west.demo/ns/shop/sa/greedy");
  private static final SpiffeId OTHER = SpiffeId.parse("spiffe://west.demo/ns/shop/sa/other");
  private static final int MANY = 10_000;

  private final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);

  @Test
  void leavesAQuarterOfTheBudgetToOthersHoweverManyOneAsksFor() {
    PeerShares shares = new PeerShares(budget, MANY);
    List<Share> greedy = untilRefused(shares, GREEDY, AcceptRefusal.MEMORY_OF_PEER_SPENT);
    assertThat(budget.granted()).isLessThanOrEqualTo(budget.total() / 4 * 3);
    assertThat(greedy).as("Pods of one identity").hasSizeGreaterThan(100);
    assertThat(untilRefused(shares, OTHER, AcceptRefusal.OUT_OF_MEMORY)).hasSizeGreaterThan(100);
  }

  @Test
  void refusesAPeerMoreTunnelsThanTheLimitAndNobodyElse() {
    PeerShares shares = new PeerShares(budget, 3);
    assertThat(untilRefused(shares, GREEDY, AcceptRefusal.TOO_MANY_OF_PEER)).hasSize(3);
    assertThat(shares.ask(OTHER)).isInstanceOf(Share.class);
  }

  @Test
  void grantsTheFirstTunnelOfAPeerWhatTheBudgetWouldGrant() {
    int usual = new MemoryBudget(MemoryBudget.DEFAULT_BYTES).grant().orElseThrow().connection();
    Share first = (Share) new PeerShares(budget, MANY).ask(GREEDY);
    assertThat(first.windows().connection()).isEqualTo(usual);
  }

  @Test
  void takesBackWhatWasGivenOnce() {
    PeerShares shares = new PeerShares(budget, 1);
    Share share = (Share) shares.ask(GREEDY);
    share.close();
    share.close();
    assertThat(shares.tunnels(GREEDY)).isZero();
    assertThat(budget.granted()).isZero();
    assertThat(shares.ask(GREEDY)).isInstanceOf(Share.class);
    assertThat(shares.ask(GREEDY)).isEqualTo(new Refused(AcceptRefusal.TOO_MANY_OF_PEER));
  }

  @Test
  void tellsASpentShareFromASpentBudget() {
    MemoryBudget smallest = new MemoryBudget(64 << 10);
    PeerShares shares = new PeerShares(smallest, MANY);
    assertThat(shares.ask(GREEDY)).isInstanceOf(Share.class);
    assertThat(shares.ask(GREEDY)).isEqualTo(new Refused(AcceptRefusal.MEMORY_OF_PEER_SPENT));
    assertThat(shares.ask(OTHER)).isEqualTo(new Refused(AcceptRefusal.OUT_OF_MEMORY));
  }

  @Test
  void keepsTheLimitsWhenManyLoopsAskAtOnce() throws Exception {
    PeerShares shares = new PeerShares(budget, 50);
    List<Callable<List<Share>>> loops = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      loops.add(() -> untilRefused(shares, GREEDY, AcceptRefusal.TOO_MANY_OF_PEER));
    }
    int granted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<List<Share>> each : threads.invokeAll(loops)) {
        granted += each.get().size();
        each.get().forEach(Share::close);
      }
    }
    assertThat(granted).isEqualTo(50);
    assertThat(shares.tunnels(GREEDY)).isZero();
    assertThat(budget.granted()).isZero();
  }

  private static List<Share> untilRefused(PeerShares shares, SpiffeId peer, AcceptRefusal why) {
    List<Share> got = new ArrayList<>();
    while (true) {
      switch (shares.ask(peer)) {
        case Share share -> got.add(share);
        case Refused refused -> {
          assertThat(refused.reason()).isEqualTo(why);
          return got;
        }
      }
    }
  }
}
