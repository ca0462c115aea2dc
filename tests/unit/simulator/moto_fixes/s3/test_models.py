"""Versions of objects, as S3 lists them."""

from simulator.cloud import Cloud


def test_versions_are_listed_after_a_key(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket="some", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    s3.put_bucket_versioning(Bucket="some", VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "b", "b", "c"):
        s3.put_object(Bucket="some", Key=key, Body=b"")
    s3.delete_object(Bucket="some", Key="c")

    def after(key: str) -> list[str]:
        found = s3.list_object_versions(Bucket="some", KeyMarker=key)
        listed = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        return [each["Key"] for each in listed]

    assert after("a") == ["b", "b", "c", "c"]
    assert after("aa") == ["b", "b", "c", "c"]
    assert after("b") == ["c", "c"]
    assert after("c") == []
