from django.test import SimpleTestCase

from payments.checksum import generate_checksum, join_parameters, verify_checksum

KEY = "test-of-checksum"
FORM = {"MID": "S2CART", "ORDERID": "S2C1", "STATUS": "TXN_SUCCESS", "TXNAMOUNT": "10.00"}
# What Paytm's own library made from this form and this key.
CHECKSUM_OF_FORM = (
    "bsvI37ukmXJR17m/Y+MzwsgSviEkyGmoBWAG3Shv/wEai9yqSEYs3pcfOcqE"
    "oN6nK1mLHON3qg/JbXaZtwSJAxZ7bI5bO2N5bCRF815121E="
)


class ChecksumTests(SimpleTestCase):
    def test_parameters_are_joined_by_name_and_null_is_empty(self):
        self.assertEqual(join_parameters({"B": "2", "A": "1", "C": "null"}), "1|2|")
        self.assertEqual(join_parameters({"A": "1", "CHECKSUMHASH": "x"}), "1")

    def test_a_checksum_by_paytms_library_verifies(self):
        self.assertTrue(verify_checksum(join_parameters(FORM), CHECKSUM_OF_FORM, KEY))

    def test_own_checksums_verify(self):
        text = join_parameters(FORM)
        self.assertTrue(verify_checksum(text, generate_checksum(text, KEY), KEY))

    def test_no_two_checksums_are_alike(self):
        self.assertNotEqual(generate_checksum("a", KEY), generate_checksum("a", KEY))

    def test_refuses_another_text_another_key_and_nonsense(self):
        checksum = generate_checksum("text", KEY)
        self.assertFalse(verify_checksum("other", checksum, KEY))
        self.assertFalse(verify_checksum("text", checksum, KEY[::-1]))
        for nonsense in ["", "AAAA", "not base64 at all!", "A" * 256]:
            with self.subTest(nonsense):
                self.assertFalse(verify_checksum("text", nonsense, KEY))
