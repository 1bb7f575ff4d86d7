// Where oidc-provider finds people: in Redis where there is one, or any name in the range.

const details = (id) => ({
  sub: id,
  name: '测量',
  birthdate: '1990-01-01',
  phone_number: `+86${id}`,
});

const account = (person) => ({ accountId: person.sub, claims: async () => person });

/** Return the provider's `findAccount`: one GET for each person. */
export function accountsInRedis(redis) {
  return async (_ctx, id) => {
    const stored = await redis.get(`account:${id}`);
    return stored === null ? undefined : account(JSON.parse(stored));
  };
}

/** Return the provider's `findAccount` for `count` accounts that take no memory. */
export function accountsByRule(count) {
  return async (_ctx, id) => (Number(id.slice(3)) < count ? account(details(id)) : undefined);
}
