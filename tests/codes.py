"""Reading a QR code off a picture, as a phone does: a camera that moves nearer and farther until it sees."""

import cv2
import numpy

DISTANCES = (0.25, 0.2, 0.3, 0.35, 0.15, 0.5)


def read_code(picture):
    """What the one code in a PNG or JPEG says, "" when it cannot be read."""
    whole = cv2.imdecode(numpy.frombuffer(picture, numpy.uint8), cv2.IMREAD_GRAYSCALE)
    for near in DISTANCES:
        seen = cv2.resize(whole, None, fx=near, fy=near, interpolation=cv2.INTER_AREA)
        if said := cv2.QRCodeDetector().detectAndDecode(seen)[0]:
            return said
    return ""
