package io.isthmus.proxy.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** The pages of one endpoint, by path. Complete before it is served. */
public final class Pages {
  private record Route(
      HttpMethod method, Function<QueryStringDecoder, CompletionStage<Page>> page) {}

  private final Map<String, Map<HttpMethod, Route>> routes = new LinkedHashMap<>();

  public Pages get(String path, Supplier<Page> page) {
    return getLater(path, () -> CompletableFuture.completedFuture(page.get()));
  }

  /** Of a page that takes its time. */
  public Pages getLater(String path, Supplier<CompletionStage<Page>> page) {
    return add(path, new Route(HttpMethod.GET, query -> page.get()));
  }

  /** {@code parameter} is read from the query and may be empty. */
  public Pages post(String path, String parameter, Function<String, Page> page) {
    return add(
        path,
        new Route(
            HttpMethod.POST,
            query ->
                CompletableFuture.completedFuture(
                    page.apply(
                        query.parameters().getOrDefault(parameter, List.of("")).getFirst()))));
  }

  private Pages add(String path, Route route) {
    routes.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(route.method(), route);
    return this;
  }

  CompletionStage<Page> answer(HttpMethod method, String uri) {
    QueryStringDecoder query = new QueryStringDecoder(uri);
    Map<HttpMethod, Route> methods = routes.get(query.path());
    if (methods == null) {
      return CompletableFuture.completedFuture(
          Page.text(404, query.path() + " is no page here: " + routes.keySet() + "\n"));
    }
    Route route = methods.get(HttpMethod.HEAD.equals(method) ? HttpMethod.GET : method);
    if (route == null) {
      return CompletableFuture.completedFuture(
          Page.text(405, query.path() + " takes " + methods.keySet() + ", not " + method + "\n"));
    }
    return route.page().apply(query);
  }
}
