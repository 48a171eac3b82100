"""Words of which the catalogues of killed runs and updates are made."""

WORDS = (
    "tea",
    "酱油",
    "phone case",
    "500ml",
    "red",
    "手机",
    "cotton",
    "socks",
    "usb-c",
    "袜子",
    "knife",
    "rice",
)
