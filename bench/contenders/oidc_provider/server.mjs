// Runs oidc-provider on BENCH_PORT with BENCH_WORKERS processes. An interaction signs in whoever is
// named in its address and grants everything at once: no page, no password.

import cluster from 'node:cluster';
import { createServer } from 'node:http';

import { Redis } from 'ioredis';
import Provider from 'oidc-provider';

import { accountsByRule, accountsInRedis } from './accounts.mjs';
import { configuration } from './configuration.mjs';
import { MemoryAdapter } from './memory_adapter.mjs';
import { redisAdapter } from './redis_adapter.mjs';

const { BENCH_PORT, BENCH_WORKERS, BENCH_REDIS_URL, BENCH_ACCOUNTS, BENCH_SECRETS } = process.env;
const workers = Number(BENCH_WORKERS);

function makeProvider() {
  const redis = BENCH_REDIS_URL && new Redis(BENCH_REDIS_URL, { enableAutoPipelining: true });
  const provider = new Provider(
    `http://127.0.0.1:${BENCH_PORT}`,
    configuration({
      adapter: redis ? redisAdapter(redis) : MemoryAdapter,
      findAccount: redis ? accountsInRedis(redis) : accountsByRule(Number(BENCH_ACCOUNTS)),
      secrets: JSON.parse(BENCH_SECRETS),
    }),
  );
  provider.proxy = true;
  return provider;
}

async function signIn(provider, request, response) {
  const accountId = new URL(request.url, 'http://localhost').searchParams.get('account');
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  await provider.interactionFinished(request, response, {
    login: { accountId },
    consent: { grantId: await grant.save() },
  });
}

function serve() {
  const provider = makeProvider();
  const answer = provider.callback();
  createServer((request, response) => {
    if (!request.url.startsWith('/interaction/')) return void answer(request, response);
    signIn(provider, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  }).listen(Number(BENCH_PORT), '127.0.0.1');
}

if (cluster.isPrimary && workers > 1) {
  for (let i = 0; i < workers; i += 1) cluster.fork();
} else {
  serve();
}
