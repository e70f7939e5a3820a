/** What each kind's mask looks like, on invented values. */
const SAMPLES: Record<string, string> = {
  phone: "138****8000",
  email: "l****@example.com",
  name: "林**",
  address: "浙江省杭州市西湖区****",
  idcard: "330****1234",
  bankcard: "****8000",
  openid: "oU12****9zK4",
  unionid: "oU12****9zK4",
  external_userid: "wmAB****7xQ2",
  wechat: "li****ng",
  qq: "12****89",
  alipay: "l****@example.com",
};

/** A mask of this kind; others keep a few letters at both ends, short ones none. */
export function maskSample(kind: string): string {
  return SAMPLES[kind] ?? "ab****yz";
}
