/** The newest orders, each in its own currency, and the live rooms a person has been in. */
import { Card, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { roomsOf } from "@/features/people/person/timeline-days";
import { useTimeline } from "@/features/people/person/use-timeline";
import { useFormat } from "@/lib/use-format";
import { Failure, Waiting } from "@/ui/states";

const ORDERS_ASKED = 20;
const LIVE_ASKED = 200;

export function OrdersCard({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const orders = useTimeline(person, { kind: "order", limit: ORDERS_ASKED });
  // A checkout that was begun is no order yet.
  const items = (orders.data?.pages[0]?.items ?? []).filter((one) => one.order_id !== null);
  return (
    <Card
      title={t("ordersCard.title")}
      extra={items.length > 0 && <span className="soft small num">{t("ordersCard.newest", { shown: items.length })}</span>}
    >
      {orders.isError && <Failure error={orders.error} onRetry={() => void orders.refetch()} />}
      {orders.isPending && <Waiting rows={3} />}
      {orders.data && items.length === 0 && <span className="soft">{t("ordersCard.none")}</span>}
      <ul className="fact-list">
        {items.map((one) => (
          <li key={one.event_key} className="fact-row">
            <div>
              <span className="break">{one.order_id ? t("ordersCard.order", { id: one.order_id }) : one.name}</span>{" "}
              <Tag>{one.name}</Tag>
              <div className="soft small num">{format.time(one.time)}</div>
            </div>
            <span className="num">{one.amount_minor == null ? "" : format.money(one.amount_minor, one.currency)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function RoomsCard({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const live = useTimeline(person, { kind: "live", limit: LIVE_ASKED });
  const items = live.data?.pages[0]?.items ?? [];
  const rooms = roomsOf(items);
  return (
    <Card
      title={t("roomsCard.title")}
      extra={
        live.hasNextPage && <span className="soft small num">{t("roomsCard.newest", { shown: items.length })}</span>
      }
    >
      {live.isError && <Failure error={live.error} onRetry={() => void live.refetch()} />}
      {live.isPending && <Waiting rows={2} />}
      {live.data && rooms.length === 0 && <span className="soft">{t("roomsCard.none")}</span>}
      <ul className="fact-list">
        {rooms.map((room) => (
          <li key={room.live} className="fact-row">
            <div>
              <span className="break">{t("roomsCard.show", { id: room.live })}</span>
              <div className="soft small num">
                {format.time(room.first)} – {format.time(room.last, "clock")}
              </div>
            </div>
            <span className="num soft">{t("roomsCard.events", { shown: format.count(room.events) })}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
