/** English: our words, Ant Design's, and the calendar's. */
import "dayjs/locale/en";
import ant from "antd/es/locale/en_US";
import words from "@/lib/languages/en.json";

export default { words, ant, tag: "en" };
