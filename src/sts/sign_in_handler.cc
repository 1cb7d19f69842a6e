// SPDX-License-Identifier: Apache-2.0
#include "sts/sign_in_handler.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/byte_stream.h"
#include "base/encoding.h"
#include "iam/decision.h"
#include "net/browser_guard.h"
#include "net/cookies.h"
#include "text/json.h"
#include "text/url.h"

namespace penstock::sts {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kFlowCookie = "penstock-sign-in";
constexpr std::string_view kSealPurpose = "penstock sign-in";
// How long somebody may take at the provider, and how long the keys last then.
constexpr std::chrono::minutes kFlowTime{10};
constexpr std::chrono::hours kSessionTime{8};
constexpr size_t kMostBodyBytes = 4096;

// What a browser carries from the first step to the last, sealed.
struct Flow {
  std::string state;
  std::string nonce;
  std::string verifier;
  std::string redirect_uri;
  std::string return_to;
  base::Time ends_at;

  std::string Format() const {
    text::Json json;
    json["s"] = state;
    json["n"] = nonce;
    json["v"] = verifier;
    json["u"] = redirect_uri;
    json["r"] = return_to;
    json["e"] = base::ToMicros(ends_at);
    return text::FormatJson(json);
  }
  static Result<Flow> Read(std::string_view text) {
    PENSTOCK_TRY(text::Json json, text::ParseJson(text));
    return Flow{json.StringOr("s", ""), json.StringOr("n", ""),
                json.StringOr("v", ""), json.StringOr("u", ""),
                json.StringOr("r", ""), base::FromMicros(json.IntegerOr("e", 0))};
  }
};

// A page of ours: nobody is sent elsewhere after signing in.
std::string SafeReturn(const std::string& wanted) {
  bool local = wanted.starts_with('/') && !wanted.starts_with("//") && wanted.size() <= 1000 &&
               std::all_of(wanted.begin(), wanted.end(),
                           [](unsigned char c) { return c > 0x20 && c < 0x7F && c != '\\'; });
  return local ? wanted : "/";
}

// "host" or "host:port", and nothing that changes what a URL means.
bool IsHost(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':' ||
           c == '[' || c == ']';
  });
}

std::string WithoutPort(const std::string& host) {
  size_t colon = host.rfind(':');
  bool port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  return port ? host.substr(0, colon) : host;
}

class SignInHandler final : public net::Handler {
 public:
  SignInHandler(const SignInServices& services, SignInOptions options, net::Handler& others)
      : services_(services), options_(std::move(options)), others_(others) {}

  void Handle(net::Request& request, net::ResponseWriter& response) override {
    const std::string& path = request.head.path;
    const std::string& method = request.head.method;
    bool get = method == "GET" || method == "HEAD";
    if (path == kSignInPath && get) return Answer(request, response, Begin(request));
    if (path == kCallbackPath && get) return Answer(request, response, End(request));
    if (path == kSessionPath && get) return Answer(request, response, ShowSession(request));
    if (path == kSessionPath && method == "POST") {
      return Answer(request, response, AsJson(SignInWithKeys(request)));
    }
    if (path == kSignOutPath && method == "POST") {
      return Answer(request, response, SignOut(request));
    }
    others_.Handle(request, response);
  }

 private:
  struct Reply {
    int status = 200;
    net::Headers headers;
    std::string body;
  };

  void Answer(const net::Request& request, net::ResponseWriter& response, Result<Reply> reply) {
    if (!reply) {
      const base::Error& error = reply.error();
      services_.logger.Warning("a sign-in failed", {{"id", request.id}, {"why", error.message()}});
      Reply failed;
      failed.status = StatusOf(error);
      failed.headers.Set("Content-Type", "text/plain; charset=utf-8");
      failed.body = error.message() + "\n";
      reply = std::move(failed);
    }
    reply->headers.Set("Cache-Control", "no-store");
    reply->headers.Set("X-Content-Type-Options", "nosniff");
    reply->headers.Set("Referrer-Policy", "no-referrer");
    static_cast<void>(response.Send(reply->status, std::move(reply->headers), reply->body));
  }

  // For scripts of pages, which show errors themselves.
  static Result<Reply> AsJson(Result<Reply> reply) {
    if (reply) return reply;
    Reply failed;
    failed.status = StatusOf(reply.error());
    failed.headers.Set("Content-Type", "application/json");
    text::Json json;
    json["signed_in"] = false;
    json["message"] = reply.error().message();
    failed.body = text::FormatJson(json) + "\n";
    return failed;
  }

  static int StatusOf(const base::Error& error) {
    switch (error.code()) {
      case Code::kUnimplemented:
        return 501;
      case Code::kUnauthenticated:
      case Code::kPermissionDenied:
        return 403;
      case Code::kUnavailable:
        return 502;
      default:
        return 400;
    }
  }

  Result<iam::OidcProvider*> Provider() const {
    if (services_.identity_provider != nullptr) return services_.identity_provider;
    return Fail(Code::kUnimplemented,
                "no identity provider is set up; start the server with --oidc-config-url");
  }

  Result<std::string> RedirectUri(const net::Request& request) const {
    if (!options_.redirect_uri.empty()) return options_.redirect_uri;
    std::string host = request.head.headers.GetOr("host", "");
    if (!IsHost(host)) return Fail(Code::kInvalidArgument, "the Host field names no host");
    return (request.tls ? "https://" : "http://") + host + std::string(kCallbackPath);
  }

  Result<Reply> Begin(const net::Request& request) {
    PENSTOCK_TRY(iam::OidcProvider * provider, Provider());
    PENSTOCK_TRY(text::Query query, text::Query::Parse(request.head.query));
    Flow flow;
    flow.state = base::HexEncode(services_.random.Bytes(16));
    flow.nonce = base::HexEncode(services_.random.Bytes(16));
    flow.verifier = base::HexEncode(services_.random.Bytes(32));
    PENSTOCK_TRY(flow.redirect_uri, RedirectUri(request));
    flow.return_to = SafeReturn(query.GetOr("return_to", "/"));
    flow.ends_at = services_.clock.Now() + kFlowTime;
    PENSTOCK_TRY(std::string url,
                 provider->AuthorizeUrl(flow.redirect_uri, flow.state, flow.nonce, flow.verifier));
    std::string sealed = services_.key.Seal(kSealPurpose, "", flow.Format(), services_.random);
    Reply reply;
    reply.status = 302;
    reply.headers.Set("Location", url);
    // Lax: it is to come along when the provider sends the browser back.
    reply.headers.Add("Set-Cookie", net::FormatCookie({.name = kFlowCookie,
                                                       .value = sealed,
                                                       .path = kSignInPath,
                                                       .same_site = "Lax",
                                                       .lifetime = kFlowTime,
                                                       .secure = IsSecure(flow.redirect_uri)}));
    return reply;
  }

  // Proves that the browser is the one that began, and has not taken too long.
  Result<Flow> FlowOf(const net::Request& request, const text::Query& query) const {
    std::string sealed = net::FindCookie(request.head.headers, kFlowCookie);
    auto text = services_.key.Unseal(kSealPurpose, "", sealed);
    if (!text) {
      return Fail(
          Code::kUnauthenticated,
          "this browser has not begun to sign in here; begin again at " + std::string(kSignInPath));
    }
    PENSTOCK_TRY(Flow flow, Flow::Read(*text));
    if (!base::ConstantTimeEquals(flow.state, query.GetOr("state", ""))) {
      return Fail(Code::kUnauthenticated, "the answer belongs to another sign-in; begin again at " +
                                              std::string(kSignInPath));
    }
    if (flow.ends_at <= services_.clock.Now()) {
      return Fail(Code::kUnauthenticated,
                  "signing in took too long; begin again at " + std::string(kSignInPath));
    }
    return flow;
  }

  Result<Reply> End(const net::Request& request) {
    PENSTOCK_TRY(iam::OidcProvider * provider, Provider());
    PENSTOCK_TRY(text::Query query, text::Query::Parse(request.head.query));
    PENSTOCK_TRY(Flow flow, FlowOf(request, query));
    if (query.Has("error")) {
      return Fail(Code::kPermissionDenied,
                  "the identity provider refuses: " + query.GetOr("error", "") + " " +
                      query.GetOr("error_description", ""));
    }
    std::string code = query.GetOr("code", "");
    if (code.empty()) return Fail(Code::kInvalidArgument, "the answer has no code");
    PENSTOCK_TRY(std::string token, provider->ExchangeCode(code, flow.redirect_uri, flow.verifier));
    PENSTOCK_TRY(iam::WebIdentity identity, provider->Verify(token, flow.nonce));
    iam::Sessions::Request wanted;
    wanted.lifetime = kSessionTime;
    PENSTOCK_TRY(iam::PrincipalPtr keys,
                 services_.sessions.AssumeWithWebIdentity(identity, wanted));
    services_.logger.Info("signed in by a browser", {{"subject", identity.subject},
                                                     {"access_key", keys->key.access_key},
                                                     {"peer", request.peer}});
    bool secure = IsSecure(flow.redirect_uri);
    Reply reply;
    reply.status = 302;
    reply.headers.Set("Location", flow.return_to);
    SetSession(keys, secure, reply);
    reply.headers.Add("Set-Cookie", net::FormatCookie({.name = kFlowCookie,
                                                       .value = "",
                                                       .path = kSignInPath,
                                                       .same_site = "Lax",
                                                       .secure = secure}));
    return reply;
  }

  Result<Reply> ShowSession(const net::Request& request) const {
    iam::PrincipalPtr keys =
        services_.browsers.Find(net::FindCookie(request.head.headers, iam::kSessionCookie));
    // Disabled or removed policies count at once.
    bool valid = keys && services_.sessions.Find(keys->key.access_key, keys->session_token);
    Reply reply;
    reply.headers.Set("Content-Type", "application/json");
    text::Json json;
    if (!valid) {
      reply.status = 401;
      json["signed_in"] = false;
      json["sign_in"] =
          services_.identity_provider != nullptr ? text::Json(kSignInPath) : text::Json();
    } else {
      Describe(request, *keys, json);
    }
    reply.body = text::FormatJson(json) + "\n";
    return reply;
  }

  void Describe(const net::Request& request, const iam::Principal& keys, text::Json& json) const {
    auto claim = [&](std::string_view name) {
      auto found = keys.claims.find("jwt:" + std::string(name));
      bool given = found != keys.claims.end() && !found->second.empty();
      return given ? found->second.front() : std::string();
    };
    std::string subject = claim("sub");
    if (subject.empty()) subject = iam::DisplayName(keys);
    std::string name = claim("preferred_username");
    json["signed_in"] = true;
    json["subject"] = subject;
    json["name"] = name.empty() ? subject : name;
    json["access_key"] = keys.key.access_key;
    json["secret_key"] = keys.key.secret_key;
    json["session_token"] = keys.session_token;
    json["expires_at"] = base::FormatRfc3339(*keys.expires_at);
    std::string host = options_.s3_host;
    if (host.empty()) host = WithoutPort(request.head.headers.GetOr("host", "127.0.0.1"));
    json["s3_url"] = options_.s3_scheme + "://" + host + ":" + std::to_string(options_.s3_port);
    json["region"] = options_.region;
  }

  void SetSession(const iam::PrincipalPtr& keys, bool secure, Reply& reply) const {
    std::string id = services_.browsers.Add(keys);
    reply.headers.Add("Set-Cookie", net::FormatCookie({.name = iam::kSessionCookie,
                                                       .value = id,
                                                       .lifetime = kSessionTime,
                                                       .secure = secure}));
  }

  // Whose keys they are. What is wrong about them is not told.
  Result<iam::PrincipalPtr> OwnerOf(const net::Request& request, const text::Json& given) const {
    auto found = services_.keys.Find(given.StringOr("access_key", ""), "");
    bool right = found && base::ConstantTimeEquals((*found)->key.secret_key,
                                                   given.StringOr("secret_key", ""));
    if (right) return *std::move(found);
    services_.logger.Warning("a sign-in failed",
                             {{"id", request.id}, {"peer", request.peer}, {"why", "wrong keys"}});
    return Fail(Code::kUnauthenticated, "the access key or the secret key is wrong");
  }

  Result<Reply> SignInWithKeys(net::Request& request) {
    PENSTOCK_RETURN_IF_ERROR(net::CheckSameOrigin(request.head));
    PENSTOCK_TRY(std::string body, base::ReadAll(*request.body, kMostBodyBytes));
    auto given = text::ParseJson(body);
    if (!given || !given->is_object()) {
      return Fail(Code::kInvalidArgument,
                  R"(the body must be {"access_key": "…", "secret_key": "…"})");
    }
    PENSTOCK_TRY(iam::PrincipalPtr owner, OwnerOf(request, *given));
    // As STS has it: temporary keys are what a session is made of.
    iam::MapContext context;
    if (iam::Decide(owner.get(), nullptr, {"sts:AssumeRole", "", context}) ==
        iam::Decision::kDenied) {
      return Fail(Code::kPermissionDenied, "a policy denies sts:AssumeRole");
    }
    iam::Sessions::Request wanted;
    wanted.lifetime = kSessionTime;
    wanted.name = "web";
    PENSTOCK_TRY(iam::PrincipalPtr keys, services_.sessions.Assume(*owner, wanted));
    services_.logger.Info("signed in by a browser",
                          {{"access_key", owner->key.access_key}, {"peer", request.peer}});
    Reply reply;
    SetSession(keys, net::CameByHttps(request), reply);
    reply.headers.Set("Content-Type", "application/json");
    text::Json json;
    Describe(request, *keys, json);
    reply.body = text::FormatJson(json) + "\n";
    return reply;
  }

  Result<Reply> SignOut(const net::Request& request) {
    PENSTOCK_RETURN_IF_ERROR(net::CheckSameOrigin(request.head));
    services_.browsers.Remove(net::FindCookie(request.head.headers, iam::kSessionCookie));
    Reply reply;
    reply.status = 204;
    reply.headers.Add("Set-Cookie", net::FormatCookie({.name = iam::kSessionCookie,
                                                       .value = "",
                                                       .secure = net::CameByHttps(request)}));
    return reply;
  }

  static bool IsSecure(const std::string& redirect_uri) {
    return redirect_uri.starts_with("https://");
  }

  const SignInServices services_;
  const SignInOptions options_;
  net::Handler& others_;
};

}  // namespace

std::unique_ptr<net::Handler> MakeSignInHandler(const SignInServices& services,
                                                SignInOptions options, net::Handler& others) {
  return std::make_unique<SignInHandler>(services, std::move(options), others);
}

}  // namespace penstock::sts
