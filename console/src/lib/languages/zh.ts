/** Simplified Chinese: our words, Ant Design's, and the calendar's. */
import "dayjs/locale/zh-cn";
import ant from "antd/es/locale/zh_CN";
import words from "@/lib/languages/zh.json";

export default { words, ant, tag: "zh-CN" };
