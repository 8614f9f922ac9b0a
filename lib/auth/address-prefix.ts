/** An address without its last part: enough to recognise a client, too little to follow a person. */
export function prefixOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? `${plain.split(":").slice(0, 4).join(":")}::` : plain.replace(/\.\d+$/, ".0");
}
