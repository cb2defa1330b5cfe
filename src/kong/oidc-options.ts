/** What becomes of options of `openid-connect` that are not translated (docs/kong.md has them all). */

const login = 'it belongs to logins by redirect, which Envoy or the application does';
const always = 'always on here';
const never = 'nothing here calls it';
const cache = 'caches are of the process, and never outlive a token';
const redis = 'sessions lie in sealed cookies; with store.redis they may lie there';

/** Without effect on who passes, whatever the value. */
export const mootOptions: ReadonlyMap<string, string> = new Map([
  ...list(login, [
    ...['redirect_uri', 'response_type', 'response_mode', 'preserve_query_args'],
    ...['authorization_query_args_names', 'authorization_query_args_values'],
    ...['authorization_query_args_client', 'authorization_cookie_name'],
    ...['authorization_cookie_path', 'authorization_cookie_domain'],
    ...['authorization_cookie_secure', 'authorization_cookie_http_only'],
    ...['authorization_cookie_httponly', 'authorization_cookie_same_site'],
    ...['authorization_cookie_samesite', 'authorization_cookie_lifetime'],
    ...['authorization_rolling_timeout', 'require_proof_key_for_code_exchange'],
    ...['require_pushed_authorization_requests', 'require_signed_request_object'],
    ...['pushed_authorization_request_endpoint', 'verify_nonce', 'login_action', 'login_methods'],
    ...['pushed_authorization_request_endpoint_auth_method', 'login_tokens'],
    ...['login_redirect_mode', 'login_redirect_uri', 'refresh_tokens', 'client_arg'],
  ]),
  ...list(always, [
    ...['keepalive', 'http_version', 'session_hash_storage_key', 'session_cookie_http_only'],
    ...['session_cookie_httponly', 'session_cookie_secure', 'session_hash_subject'],
    ...['ssl_verify', 'tls_client_auth_ssl_verify', 'expose_error_code'],
    ...['proof_of_possession_auth_methods_validation', 'token_cache_key_include_scope'],
  ]),
  ...list(never, [
    ...['userinfo_endpoint', 'end_session_endpoint', 'revocation_endpoint', 'cache_user_info'],
    ...['revocation_endpoint_auth_method', 'revocation_token_param_name', 'verify_parameters'],
    ...['userinfo_accept', 'cache_token_exchange', 'mtls_revocation_endpoint'],
    ...['logout_methods', 'logout_revoke', 'logout_revoke_access_token'],
    ...['logout_revoke_refresh_token', 'logout_redirect_uri'],
  ]),
  ...list(cache, [
    ...['cache_ttl_min', 'cache_tokens_salt', 'cluster_cache_strategy', 'cluster_cache_redis'],
    ...['cluster_cache_items'],
  ]),
  ...list(redis, [
    ...['session_storage', 'redis', 'session_store_metadata'],
    ...['session_memcache_host', 'session_memcache_port', 'session_memcache_prefix'],
    ...['session_memcache_socket', 'session_memcached_host', 'session_memcached_port'],
    ...['session_memcached_prefix', 'session_memcached_socket', 'session_memcached_ssl'],
    ...['session_memcached_ssl_verify', 'session_redis_cluster_max_redirections'],
    ...['session_redis_cluster_maxredirections', 'session_redis_cluster_nodes'],
    ...['session_redis_connect_timeout', 'session_redis_host', 'session_redis_password'],
    ...['session_redis_port', 'session_redis_prefix', 'session_redis_read_timeout'],
    ...['session_redis_send_timeout', 'session_redis_server_name', 'session_redis_socket'],
    ...['session_redis_ssl', 'session_redis_ssl_verify', 'session_redis_username'],
  ]),
  ...list('sessions have a form of their own here', [
    ...['session_cookie_maxsize', 'session_strategy', 'session_compressor'],
    ...['session_cookie_renew', 'session_remember_cookie_name'],
    ...['session_remember_rolling_timeout', 'session_remember_absolute_timeout'],
  ]),
  ...list('only an invalid session is ended here', [
    ...['unauthorized_destroy_session', 'forbidden_destroy_session'],
  ]),
]);

function list(why: string, names: readonly string[]): [string, string][] {
  return names.map((name) => [name, why]);
}

/** Values by which an option without counterpart changes nothing. Any other one is refused. */
export const harmlessValues: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...['verify_signature', 'verify_claims', 'introspection_check_active'].map(
    (name): [string, unknown] => [name, true],
  ),
  ...[
    ...['enable_hs_signatures', 'search_user_info', 'resolve_distributed_claims', 'reverify'],
    ...['by_username_ignore_case', 'consumer_groups_optional', 'session_remember'],
    ...['session_enforce_same_subject'],
  ].map((name): [string, unknown] => [name, false]),
  ['session_audience', 'default'],
  ['jwt_session_claim', 'sid'],
  ['id_token_param_type', null],
  ['refresh_token_param_type', null],
]);

/** Why an option without counterpart is refused, where more can be said. */
export const refusals: ReadonlyMap<string, string> = new Map([
  ['verify_signature', 'signatures are always verified'],
  ['verify_claims', 'the claims of a token are always verified'],
  ['ignore_signature', 'signatures are always verified'],
  ['enable_hs_signatures', 'with a shared secret whoever can check a token can make one'],
  ['introspection_check_active', 'active has to be true'],
  ['logout_uri_suffix', 'write session.logout.path, which is a whole path'],
  ['max_age', 'nothing here looks at the time of the login'],
  ['by_username_ignore_case', 'names of Consumers are compared exactly'],
  ['client_jwk', 'no client here proves itself with this key'],
]);
