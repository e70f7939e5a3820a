/** The frame of a page: its name, one sentence, its actions, its body. */
import { Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";

interface PageProps {
  title: ReactNode;
  name?: string;
  hint?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, name, hint, actions, children }: PageProps) {
  const heading = name ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = heading ? `${heading} · Catchment` : "Catchment";
  }, [heading]);
  return (
    <Flex vertical gap={16}>
      <Flex wrap gap={8} justify="space-between" align="flex-end">
        <div style={{ minWidth: 0, flex: "1 1 320px" }}>
          <Typography.Title level={1} style={{ fontSize: 20, lineHeight: "28px", margin: 0 }}>
            {title}
          </Typography.Title>
          {hint && <Typography.Text type="secondary">{hint}</Typography.Text>}
        </div>
        {actions && (
          <Flex wrap gap={8}>
            {actions}
          </Flex>
        )}
      </Flex>
      {children}
    </Flex>
  );
}
