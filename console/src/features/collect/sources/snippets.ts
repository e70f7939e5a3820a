/** What to paste where: one install snippet per client that the collector understands. */

export interface Snippet {
  client: Client;
  code: string;
}

export const CLIENTS = [
  "tracker", "analyticsJs", "segmentPython", "segmentNode", "posthogJs", "posthogPython", "sensors", "curl",
] as const;

export type Client = (typeof CLIENTS)[number];

/** Which client a source of this kind most likely uses. */
const USUAL: Record<string, Client> = {
  web: "tracker",
  live: "tracker",
  server: "segmentPython",
  app: "sensors",
  miniapp: "sensors",
  segment: "analyticsJs",
  posthog: "posthogJs",
  sensors: "sensors",
};

export function usualClient(kind: string): Client {
  return USUAL[kind] ?? "curl";
}

/** The snippet for a client, with the address and the key already in it. */
export function snippetOf(client: Client, origin: string, key: string): string {
  return WRITERS[client](origin, key);
}

const WRITERS: Record<Client, (origin: string, key: string) => string> = {
  tracker: (origin, key) => `<script async src="${origin}/t.js" data-key="${key}"></script>
<script>
  window.catchment = window.catchment || [];
  catchment.push(["track", "Product Viewed", { product_id: "SKU-1", price: 29.9 }]);
</script>`,
  analyticsJs: (origin, key) => `// npm install @segment/analytics-next
import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
  { writeKey: "${key}", cdnURL: "${origin}" },
  { integrations: { "Segment.io": { apiHost: "${origin.replace(/^https?:\/\//, "")}/v1", protocol: "${origin.startsWith("https") ? "https" : "http"}" } } },
);
analytics.track("Product Viewed", { product_id: "SKU-1", price: 29.9 });`,
  segmentPython: (origin, key) => `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${origin}"
analytics.track("user-1", "Order Completed", {"order_id": "A-1", "total": 128.0, "currency": "CNY"})
analytics.flush()`,
  segmentNode: (origin, key) => `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${origin}" });
analytics.track({ userId: "user-1", event: "Order Completed", properties: { order_id: "A-1", total: 128 } });
await analytics.closeAndFlush();`,
  posthogJs: (origin, key) => `// npm install posthog-js
import posthog from "posthog-js";

posthog.init("${key}", { api_host: "${origin}" });
posthog.capture("Product Viewed", { product_id: "SKU-1", price: 29.9 });`,
  posthogPython: (origin, key) => `# pip install posthog
from posthog import Posthog

posthog = Posthog("${key}", host="${origin}")
posthog.capture("Order Completed", distinct_id="user-1", properties={"order_id": "A-1", "total": 128.0})
posthog.shutdown()`,
  sensors: (origin, key) => `// 神策 / Sensors Data SDK
sensors.init({
  server_url: "${origin}/sa?project=default&token=${key}",
});
sensors.track("ProductViewed", { product_id: "SKU-1", price: 29.9 });`,
  curl: (origin, key) => `curl -u "${key}:" "${origin}/v1/events" \\
  -H "Content-Type: application/json" \\
  -d '{"events": [{"type": "track", "event": "Product Viewed", "anonymousId": "anon-1",
                   "properties": {"product_id": "SKU-1", "price": 29.9}}]}'`,
};
