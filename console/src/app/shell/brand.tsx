/** The name and the mark. */
import { Flex } from "antd";

export function Brand() {
  return (
    <Flex align="center" gap={8} className="brand">
      <img src="/favicon.svg" alt="" width={24} height={24} />
      <strong>Catchment</strong>
    </Flex>
  );
}
