// An OpenID Connect provider for the tests: oidc-provider with its own sign-in pages, on a port of
// its own. Prints one line of JSON when it is ready.
// usage: node provider.mjs REDIRECT_URI
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const jwk = (kid, alg, kind, options) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig',
});
const keys = [
  jwk('first-rsa', 'RS256', 'rsa', { modulusLength: 2048 }),
  jwk('first-ec', 'ES256', 'ec', { namedCurve: 'P-256' }),
];

// Whoever signs in as NAME has the policies and groups of that name.
const PEOPLE = {
  carol: { policy: 'home', preferred_username: 'carol', groups: ['staff', 'dev'] },
  dave: { policy: 'readonly,nothing-of-that-name', preferred_username: 'dave' },
  erin: { preferred_username: 'erin' },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const client = (client_id, more) => ({
    client_id,
    client_secret: `${client_id}-secret`,
    redirect_uris: [process.argv[2]],
    ...more,
  });
  const provider = new Provider(issuer, {
    clients: [
      client('penstock'),
      client('penstock-ec', { id_token_signed_response_alg: 'ES256' }),
      client('other'),
    ],
    jwks: { keys },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub', 'policy', 'preferred_username', 'groups'] },
    conformIdTokenClaims: false,
    ttl: { IdToken: 3600, Session: 600, Grant: 600, Interaction: 600, AccessToken: 600 },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
  });
  server.on('request', provider.callback());
  console.log(JSON.stringify({ issuer }));
});
