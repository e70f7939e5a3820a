// Sends events of every kind by the official Segment client for Node.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey, count] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, flushAt: 20, flushInterval: 100 });
const failures = [];
analytics.on("error", (error) => failures.push(error));
for (let n = 0; n < Number(count); n++) {
  const userId = `user-${n}`;
  analytics.identify({ userId, traits: { name: `王${n}`, age: n } });
  analytics.track({
    userId,
    event: "Product Viewed",
    properties: { product_id: `sku-${n}`, nested: { list: [n, "口红 💄", null, true] } },
  });
  analytics.track({ anonymousId: `anon-${n}`, event: "Live Liked", properties: { live_id: "sho_01" } });
  analytics.page({ userId, category: "Shop", name: `Page ${n}`, properties: { url: `/p/${n}` } });
  analytics.screen({ userId, name: `Screen ${n}`, properties: { width: n } });
  analytics.group({ userId, groupId: `group-${n}`, traits: { plan: "pro" } });
  analytics.alias({ userId, previousId: `old-${n}` });
}
await analytics.closeAndFlush({ timeout: 20_000 });
if (failures.length > 0) {
  console.error(failures.slice(0, 3));
  process.exit(1);
}
