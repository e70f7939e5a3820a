// Sends events of every kind by the official PostHog client for Node.
import { PostHog } from "posthog-node";

const [host, token, count] = process.argv.slice(2);
const posthog = new PostHog(token, { host, flushAt: 20, flushInterval: 100 });
const failures = [];
posthog.on("error", (error) => failures.push(error));
for (let n = 0; n < Number(count); n++) {
  const distinctId = `user-${n}`;
  posthog.capture({
    distinctId,
    event: "Product Viewed",
    properties: { product_id: `sku-${n}`, nested: { list: [n, "口红 💄", null, true] } },
  });
  posthog.capture({ distinctId, event: "$pageview", properties: { $current_url: `/p/${n}` } });
  posthog.identify({ distinctId, properties: { age: n } });
  posthog.groupIdentify({ groupType: "company", groupKey: `company-${n}`, properties: { size: n }, distinctId });
  posthog.alias({ distinctId, alias: `old-${n}` });
}
const flags = await posthog.getAllFlags("user-1");
if (Object.keys(flags).length !== 0) throw new Error("flags out of nowhere");
await posthog.shutdown(20_000);
if (failures.length > 0) {
  console.error(failures.slice(0, 3));
  process.exit(1);
}
