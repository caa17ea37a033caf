/** What whoever accepts a shared image shall know: nobody but its owner has tested it. */
export const trustNote = {
  en: "This image comes from another user and was not tested by the cloud. Use it only if you trust its owner.",
  zh: "该镜像由其他用户共享，未经云平台测试，请自行判断其来源是否可信后再使用。",
} as const;
